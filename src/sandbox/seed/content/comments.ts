const NAMES = [
  'Harriet P.',
  'Old Salt',
  'Jun',
  'Mrs Ferncastle',
  'dockside_dan',
  'Leila N.',
  'Ulrich from Mill Lane',
  'Priya',
  'Gull Pointer',
  'T. Abernathy',
  'Sofie',
];

const OPENINGS = [
  'Thank you for this story.',
  'I was there and can confirm every word.',
  'My neighbour told me about it, and I did not believe her.',
  'Good piece, but one thing is missing.',
  'This is why I read the Courier.',
  'I see this differently.',
];

const REMARKS = [
  'My grandfather would have had a lot to say about it.',
  'Please follow this up in spring, when the bills arrive.',
  'Could you print a map next time?',
  'It was no different in the seventies, only with more fog.',
  'The figures look low to me. Where do they come from?',
  'We need more people like this in our town.',
  'I hope somebody at the town hall reads it.',
  'My children want to know how it ends.',
  'Who pays for all that?',
  'The picture hangs in our kitchen now.',
];

const pick = (words: string[], index: number) => words[index % words.length] ?? '';

/** Sixty comments of readers, each with an article it stands under; the last of every five waits for approval. */
export const readerComments = (articleIds: number[]) =>
  Array.from({ length: 60 }, (_, index) => ({
    id: index + 1,
    article: articleIds[(index * 7) % articleIds.length],
    name: pick(NAMES, index * 3),
    text: `${pick(OPENINGS, index)} ${pick(REMARKS, Math.floor(index / 6))}`,
    approved: index % 5 !== 4,
    posted_at: new Date(
      Date.UTC(2026, 9, 1 + (index % 30), 8 + (index % 12), (index * 13) % 60),
    ).toISOString(),
  }));
