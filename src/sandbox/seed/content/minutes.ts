/** The minutes of a long council meeting: a body of about 60 kB, for whoever has to show or shorten long texts. */

const MOVERS = [
  'Councillor Ruth Abara',
  'Councillor Stefan Lindholm',
  'Councillor Mei Tanaka',
  'Councillor Hugo Fairweather',
  'Councillor Dalia Aziz',
  'Councillor Per Nystrom',
  'Councillor Olive Marchetti',
];

const MATTERS = [
  'new street lamps for the stairs behind the market hall',
  'the hours of the recycling yard',
  'a second lifeguard at the beach in July',
  'noise from the loading bay of the supermarket',
  'the lease of the rowing club',
  'bicycle stands at the ferry ramp',
  'the repair of the organ in St Olave',
  'cutting back the hedges along Line 8',
  'a drinking fountain in Tanner Park',
  'the price of a berth for visiting boats',
  'salt for the pavements in winter',
];

const ARGUMENTS = [
  'said that residents had asked for it in two letters and one song',
  'recalled that the council had promised the same in 2019 and had not kept it',
  'put photographs on the table which the clerk has added to the file',
  'pointed to the neighbouring town, where it costs a third less',
  'asked for a trial of six months instead of a decision for good',
];

const REPLIES = [
  'The treasurer answered that there was money for it, but only once.',
  'The planning office warned that the work could not start before spring.',
  'The harbour master had no objection, provided that the crane can still turn.',
  'The youth council supported the motion and offered to help for one Saturday.',
  'Two residents spoke from the gallery, one for it and one at great length.',
  'The chair asked speakers to keep to three minutes, and was asked the same in return.',
];

const OUTCOMES = [
  'Carried by 19 votes to 6.',
  'Carried without opposition.',
  'Lost by 11 votes to 14.',
  'Sent back to the committee, which will report in January.',
  'Withdrawn by the mover after the debate.',
];

const pick = (words: string[], index: number) => words[index % words.length] ?? '';

function item(number: number): string {
  return `<h3>Item ${number}: ${pick(MATTERS, number * 3)}</h3>
<p>${pick(MOVERS, number)} moved a decision on ${pick(MATTERS, number * 3)} and ${pick(ARGUMENTS, number * 2)}. ${pick(REPLIES, number)} ${pick(MOVERS, number + 3)} ${pick(ARGUMENTS, number * 2 + 1)}. ${pick(REPLIES, number * 5 + 2)}</p>
<p><strong>${pick(OUTCOMES, number)}</strong></p>`;
}

export const minutes: string[] = Array.from({ length: 118 }, (_, index) => item(index + 1));
