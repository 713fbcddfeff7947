type Document = { name: string; title: string; lead: string; rows: [string, string][]; paragraphs: string[] };

const documents: Document[] = [
  {
    name: 'budget-2027',
    title: 'Draft budget 2027',
    lead: 'Town of Harrowmere, finance committee, 2 November 2026. All figures in thousand crowns.',
    rows: [
      ['Schools and kindergartens', '18,400'],
      ['Roads, buses and ferries', '9,750'],
      ['Harbour and coastal defence', '7,200'],
      ['Culture and library', '3,150'],
      ['Parks and sport', '2,480'],
      ['Administration', '5,060'],
      ['Reserve', '1,200'],
    ],
    paragraphs: [
      'Income from business tax is expected to fall by two percent, because the cannery closed in spring. The committee proposes to keep all fees for families unchanged.',
      'The largest new item is the repair of the east pier, for which the region pays 60 percent.',
      'The council votes on 15 December 2026. Comments of citizens are welcome until 30 November.',
    ],
  },
  {
    name: 'harbour-plan',
    title: 'A plan for the old harbour',
    lead: 'Summary for residents. Prepared by the planning office with 14 public workshops.',
    rows: [
      ['New flats', '180, a third of them at controlled rents'],
      ['Workshops for boat builders', '12'],
      ['Public quay', '640 metres'],
      ['Trees', '95'],
      ['Start of works', 'April 2028'],
    ],
    paragraphs: [
      'Crane 4 may stay if a sponsor takes over its upkeep. Otherwise its place becomes a playground.',
      'Cars stay out of the quay, except for deliveries before ten in the morning.',
    ],
  },
  {
    name: 'school-menu',
    title: 'School lunch, week 48',
    lead: 'Kitchen on Mill Lane, 23 to 27 November 2026. Every day with fruit and water.',
    rows: [
      ['Monday', 'Lentil soup with bread'],
      ['Tuesday', 'Fish pie, peas'],
      ['Wednesday', 'Pasta with tomato and carrot sauce'],
      ['Thursday', 'Chickpea curry, rice'],
      ['Friday', 'Pancakes with apple'],
    ],
    paragraphs: [
      'Allergens are listed at the counter. Ask for Benoît if you are unsure.',
      'Classes 3a and 4c chose the menu of this week.',
    ],
  },
  {
    name: 'seagrass-report',
    title: 'Seagrass survey 2026',
    lead: 'Coastal Research Station, report 31. Summary of 212 dives between May and September.',
    rows: [
      ['Area in 2016', '41 hectares'],
      ['Area in 2026', '58 hectares'],
      ['Carbon stored', 'about 9,300 tonnes'],
      ['Deepest shoot found', '7.4 metres'],
      ['Species of fish counted', '23'],
    ],
    paragraphs: [
      'The meadow grew fastest where anchors have been banned since 2019. Without the ban the model predicts a loss of four hectares.',
      'The station recommends two more protected zones, north of Gull Point and along the ferry line.',
    ],
  },
  {
    name: 'match-programme',
    title: 'Harrowmere United against Gull Point',
    lead: 'Programme of the harbour derby, 25 October 2026, kick-off 15:00.',
    rows: [
      ['Goalkeeper', 'Ada Nwosu'],
      ['Defence', 'Holm, Bianchi, Reyes, Larsen'],
      ['Midfield', 'Okoye, Schmidt, Dahl'],
      ['Attack', 'Moreau, Petersen, Silva'],
      ['Coach', 'Helga Brandt'],
    ],
    paragraphs: [
      'The last five derbies: two wins, two draws, one defeat.',
      'Money from today’s waffles goes to the youth team’s new minibus.',
    ],
  },
];

const escapeHtml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function page({ title, lead, rows, paragraphs }: Document): string {
  return `<!doctype html><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>
@page { size: A4; margin: 22mm }
body { font: 12pt/1.5 'Liberation Serif', serif; color: #1b1b2f }
header { border-bottom: 4px solid #6644ff; margin-bottom: 1em }
h1 { font: bold 26pt 'Liberation Sans', sans-serif; margin: 0 }
p.lead { color: #555; margin: .3em 0 .8em }
table { width: 100%; border-collapse: collapse; margin: 1em 0 }
td { border-bottom: 1px solid #ccc; padding: .35em 0 } td + td { text-align: right }
</style><header><h1>${escapeHtml(title)}</h1><p class="lead">${escapeHtml(lead)}</p></header>
<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('')}</table>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}`;
}

/** Each document as a page of HTML, to be printed. */
export const pages = documents.map((document) => ({ name: document.name, html: page(document) }));
