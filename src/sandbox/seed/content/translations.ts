type Translation = { languages_code: string; title: string; summary: string; body: string | null };

const german = (title: string, summary: string, body: string | null = null): Translation => ({
  languages_code: 'de-DE',
  title,
  summary,
  body,
});

const french = (title: string, summary: string, body: string | null = null): Translation => ({
  languages_code: 'fr-FR',
  title,
  summary,
  body,
});

/** Translations by the English title of the story. Most stories have none yet. */
export const translations: Record<string, Translation[]> = {
  'Harbour crane lifts its last load after 61 years': [
    german(
      'Hafenkran hebt nach 61 Jahren seine letzte Last',
      'Kran 4 setzte am Donnerstag eine Palette Dachschiefer ab und wurde für immer abgeschaltet. Freiwillige wollen ihn erhalten.',
      '<p>Am Donnerstag um zwanzig nach neun setzte Jonas Petersen eine Palette walisischen Schiefer auf den Kai, zog die Bremse an und drehte einen Schlüssel um, den niemand mehr drehen wird.</p>',
    ),
    french(
      'La grue du port soulève sa dernière charge après 61 ans',
      'La grue 4 a déposé jeudi une palette d’ardoises avant d’être arrêtée pour toujours. Des bénévoles veulent la garder debout.',
    ),
  ],
  'Night bus to the hospital will run every half hour': [
    german(
      'Nachtbus zum Krankenhaus fährt künftig alle halbe Stunde',
      'Ab Dezember fährt die N3 bis vier Uhr früh zweimal pro Stunde. Pflegekräfte hatten drei Jahre lang darum gebeten.',
    ),
  ],
  'Council splits over a third of cheap flats at the old harbour': [
    german(
      'Rat streitet über ein Drittel günstiger Wohnungen am alten Hafen',
      'Sechzig von 180 geplanten Wohnungen sollen gebundene Mieten haben. Der Finanzausschuss mag die Idee und fürchtet die Rechnung.',
    ),
  ],
  'The town orchestra plays a symphony nobody has heard since 1911': [
    german(
      'Das Stadtorchester spielt eine Sinfonie, die seit 1911 niemand gehört hat',
      'Die Partitur lag in einer Hutschachtel im Museum. Am Samstag bringen vierzig Laien sie zurück.',
    ),
    french(
      'L’orchestre municipal joue une symphonie que personne n’a entendue depuis 1911',
      'La partition dormait dans un carton à chapeau. Samedi, quarante amateurs la font revivre.',
    ),
  ],
  'Seagrass meadow off Gull Point has grown by 40 percent': [
    german(
      'Seegraswiese vor Gull Point ist um 40 Prozent gewachsen',
      'Wo seit 2019 nicht mehr geankert werden darf, kamen die Pflanzen schneller zurück als berechnet. Die Fische folgten.',
    ),
    french(
      'L’herbier marin au large de Gull Point a grandi de 40 %',
      'Là où l’ancrage est interdit depuis 2019, les plantes sont revenues plus vite que prévu. Les poissons ont suivi.',
    ),
  ],
  'United win the harbour derby with the last kick': [
    german(
      'United gewinnt das Hafenderby mit dem letzten Schuss',
      'Harrowmere United schlägt Gull Point vor 6.400 Zuschauern mit 2:1. Kapitänin Freja Dahl traf von der Mittellinie.',
    ),
  ],
  'Shipyard takes on forty apprentices for the electric ferry': [
    german(
      'Werft stellt vierzig Auszubildende für die Elektrofähre ein',
      'Es ist der größte Jahrgang seit 1983. Gesucht werden noch Schweißer und Leute, die sich mit Batterien auskennen.',
    ),
  ],
};
