import type { Story } from '../story.ts';

export const culture: Story[] = [
  {
    title: 'The town orchestra plays a symphony nobody has heard since 1911',
    date: '2026-10-31T06:00:00Z',
    author: 3,
    tags: ['music', 'research'],
    summary:
      'The score lay in a hatbox in the museum. On Saturday, forty amateurs bring it back, one repaired page at a time.',
    text: [
      'Clara Holm wrote her Symphony of the Tides in the winter of 1910, had it played once, and moved to Buenos Aires with a ship’s cook. The score stayed behind, folded in half under a velvet hat.',
      'The archivist found it when mice did. Eleven bars of the second movement are gone; conductor Lev Aronsson leaves them silent, for exactly as long as they would have lasted.',
      'The concert on Saturday is sold out. A second one follows on 14 November in the market hall.',
    ],
    quote: [
      'You hear the harbour in it. You even hear the crane, and there was no crane.',
      'Conductor Lev Aronsson',
    ],
    facts: [
      ['Concert', '7 November, 19:30, St Olave'],
      ['Players', '40'],
      ['Missing', '11 bars'],
    ],
    image: 'orchestra',
    featured: true,
  },
  {
    title: 'A reading room without a single rule on the wall',
    date: '2026-10-11T06:00:00Z',
    author: 3,
    tags: ['schools', 'volunteers'],
    summary:
      'The library has reopened after eighteen months. You may eat, talk and lie on the floor, and hardly anybody does.',
    text: [
      'There used to be fourteen signs in the reading room, all of which began with “no”. The new one has none. Head librarian Oona Salmi wanted to see what would happen.',
      'What happened is that visits rose by 60 percent, that somebody brought a cushion for everyone, and that the only complaint so far was about a man who turned his pages too fast.',
    ],
    quote: ['Trust is cheaper than signs.', 'Oona Salmi, head librarian'],
    facts: [
      ['Books', '82,000'],
      ['Open', 'Every day, 8:00 to 22:00'],
      ['Cost of the works', '3.4 million crowns'],
    ],
    image: 'library',
  },
  {
    title: 'Five dishes to try at the apple fair',
    date: '2026-10-03T06:00:00Z',
    author: 3,
    tags: ['food'],
    summary:
      'Upper Mere celebrates its harvest this weekend. We tasted our way through 31 stalls so that you can choose.',
    text: [
      'Start with the smoked eel on apple bread at stall 4, before the queue forms. Go on to the pork dumplings of the fire brigade, which taste better than the fire brigade admits.',
      'Children head for the fritters at stall 17; their parents for the dry cider beside it. The quiet winner is a bowl of cold apple soup with dill from the school kitchen on Mill Lane.',
    ],
    quote: ['The ugly ones go into the cider. Beauty is wasted on a press.', 'Orchard owner Brigid Moss'],
    facts: [
      ['When', '3 and 4 October, from 10:00'],
      ['Varieties', '46'],
      ['Bus', 'Line 8 every 20 minutes'],
    ],
    image: 'orchard',
  },
  {
    title: 'Film club turns the fish hall into a cinema',
    date: '2026-09-18T06:00:00Z',
    author: 3,
    tags: ['music', 'volunteers'],
    summary:
      'Silent films, live piano and blankets: six evenings in the hall where herring used to be auctioned.',
    text: [
      'The hall still smells faintly of its past, which the organisers count as an effect. On six Fridays they show films from the twenties on a sail that a retired fisherman cut to size.',
      'Pianist Yuki Tanaka does not rehearse. She watches the film for the first time together with the audience, and plays what she sees.',
    ],
    quote: ['If I know the ending, my hands give it away.', 'Yuki Tanaka, pianist'],
    facts: [
      ['Evenings', 'Fridays, 25 September to 30 October'],
      ['Entry', 'Pay what you like'],
    ],
    status: 'archived',
  },
  {
    title: 'Review: a puppet theatre that frightened the grown-ups',
    date: '2026-11-05T06:00:00Z',
    author: 3,
    tags: ['schools'],
    summary: 'Draft. The children laughed at the wolf. Their parents did not.',
    text: [
      'The wolf in “Night Over the Marsh” is made of one black coat and two bicycle lamps. It says nothing for forty minutes. Then it asks the audience a question, and that is where several fathers reached for a hand.',
      'The company from the island needs no more than a table and a window frame. It plays until Sunday, for everyone from six years on.',
    ],
    quote: ['Children know that it is a coat. Adults forget.', 'Puppeteer Malin Strand'],
    facts: [
      ['Until', '15 November'],
      ['Length', '55 minutes'],
    ],
    status: 'draft',
  },
  {
    title: 'Her first novel sold 212 copies. Her second won the Northern Prize',
    date: '2026-08-30T06:00:00Z',
    author: 3,
    tags: ['research'],
    summary: 'Hanna Weir wrote “Salt Year” on the 6:10 ferry, fifty minutes a day. A visit at table nine.',
    text: [
      'Table nine on the Marigold wobbles, has a socket and a view to port. Hanna Weir has sat there on every working day for six years, and written about half a page between the two ramps.',
      '“Salt Year” tells of three sisters who keep a lighthouse through a war that they only hear. The jury praised “sentences that know when to stop”. The captain has put up a small brass plate.',
    ],
    quote: ['Fifty minutes is perfect. It is too short to doubt anything.', 'Hanna Weir'],
    facts: [
      ['Book', 'Salt Year, 288 pages'],
      ['Prize', '30,000 crowns'],
    ],
  },
  {
    title: 'What is on in November',
    date: '2026-10-30T06:00:00Z',
    author: 3,
    tags: ['music', 'food'],
    summary: 'Draft of the calendar: two concerts, one flea market, a lantern walk and a lecture about eels.',
    text: [
      'The month starts loud, with the brass bands on the quay, and ends with candles in the windows of Cooper Street. In between there is a flea market in the school yard and the second concert of the town orchestra.',
      'The lecture about eels on the 19th has been moved to the market hall, because 300 people want to hear it.',
    ],
    quote: ['I expected twelve listeners and a dog.', 'Eel researcher Dr Samir Haddad'],
    facts: [
      ['Lantern walk', '11 November, 17:00'],
      ['Flea market', '21 November'],
    ],
    status: 'draft',
  },
];
