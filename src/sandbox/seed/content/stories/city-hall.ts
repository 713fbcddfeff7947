import { minutes } from '../minutes.ts';
import type { Story } from '../story.ts';

export const cityHall: Story[] = [
  {
    title: 'Council splits over a third of cheap flats at the old harbour',
    date: '2026-11-03T06:00:00Z',
    author: 2,
    tags: ['housing', 'harbour'],
    summary:
      'Sixty of 180 planned flats would have controlled rents. The finance committee likes the idea and fears the bill.',
    text: [
      'It took the planning office fourteen workshops to draw the new harbour quarter, and the council four hours to argue about one number. A third of all flats shall be rented out at controlled prices, says the draft. Too few, say the Greens; too many, say the Liberals.',
      'The town would earn 2.1 million crowns less from the sale of the land than it hoped for. In return, sixty households could live by the water for the price of a flat behind the railway.',
      'The vote is planned for 15 December, together with the budget.',
    ],
    quote: ['A harbour with no harbour workers in it is a postcard.', 'Councillor Ruth Abara'],
    facts: [
      ['Flats', '180'],
      ['With controlled rent', '60'],
      ['Start of works', 'April 2028'],
    ],
    image: 'townhall',
    featured: true,
  },
  {
    title: 'Budget 2027: fees for families stay, the pier gets its repair',
    date: '2026-11-02T06:00:00Z',
    author: 2,
    tags: ['budget', 'schools'],
    summary:
      'The draft spends 47.2 million crowns. Business tax falls because the cannery closed, and the reserve shrinks.',
    text: [
      'Schools remain the largest item with 18.4 million crowns, followed by roads, buses and ferries. Kindergarten fees do not rise for the fourth year in a row.',
      'The big new entry is the east pier. Divers found cracks in nine of its forty piles; the region pays sixty percent of the repair.',
      'To balance the books, the town takes 600,000 crowns from the reserve. The treasurer calls this “defensible once, careless twice”.',
    ],
    quote: ['I sleep well. But I sleep next to my calculator.', 'Treasurer Anneke de Wit'],
    facts: [
      ['Volume', '47.2 million crowns'],
      ['Vote', '15 December 2026'],
      ['Comments of citizens', 'Until 30 November'],
    ],
  },
  {
    title: 'Ferry to Gull Island will run on batteries from 2028',
    date: '2026-10-19T06:00:00Z',
    author: 2,
    tags: ['transport', 'climate', 'harbour'],
    summary:
      'The council ordered the hull from the local yard by 19 votes to 6. Charging takes as long as unloading the cars.',
    text: [
      'The Marigold burns 410,000 litres of diesel a year and smells like it. Her successor will have 64 tonnes of batteries and no chimney, apart from a small one that the designers kept for the horn.',
      'She charges for eleven minutes at each end of the line, which is as long as the ramp is down anyway. In storms a generator can take her home.',
    ],
    quote: [
      'For the first time, the order stays in town. I have waited 22 years for that.',
      'Yard manager Pilar Soto',
    ],
    facts: [
      ['Price', '14.8 million crowns'],
      ['Cars', '36'],
      ['Crossing', '17 minutes'],
    ],
    image: 'shipyard',
  },
  {
    title: 'Mayor wants the town hall open on Saturdays',
    date: '2026-09-25T06:00:00Z',
    author: 2,
    tags: ['budget'],
    summary:
      'Passports and parking permits between ten and two: a trial with six volunteers starts in January.',
    text: [
      'Whoever works during the week has to take a day off for a new passport. That should end, says Mayor Ilse Brandt, who promised Saturday hours in her campaign.',
      'Six clerks have volunteered for the trial. They get the Monday off and a free breakfast, and the mayor has promised to make the coffee on the first day.',
    ],
    quote: ['People marry on Saturdays. They should be able to register a dog as well.', 'Mayor Ilse Brandt'],
    facts: [
      ['Trial', 'January to June 2027'],
      ['Hours', '10:00 to 14:00'],
    ],
  },
  {
    title: 'Parking fees by the beach: what the council is thinking about',
    date: '2026-09-04T06:00:00Z',
    author: 2,
    tags: ['transport', 'budget'],
    summary: 'Draft for the October issue. Figures of the traffic count are still missing.',
    text: [
      'On a hot Sunday in July, 1,140 cars looked for one of 420 places at the beach. The council now discusses a fee of two crowns an hour between May and September.',
      'Residents would get a yearly card. Whether it is free or costs twenty crowns, nobody wanted to say on the record.',
    ],
    quote: ['I would pay two crowns if it saved me half an hour of circling.', 'Visitor from the capital'],
    facts: [
      ['Places', '420'],
      ['Cars on 12 July', '1,140'],
    ],
    status: 'draft',
  },
  {
    title: 'Who may vote on the skate park? Everyone over twelve',
    date: '2026-08-18T06:00:00Z',
    author: 2,
    tags: ['schools', 'budget'],
    summary:
      'For the first time the youth council decides about real money: 250,000 crowns, three designs, one ballot box on wheels.',
    text: [
      'The ballot box is a bathtub with a lid, mounted on a cargo bike. It will stop at every school in town in the first week of September, and whoever is between twelve and eighteen may vote.',
      'The designs are called Wave, Staircase and Bowl. The council has promised to build the winner, whatever it thinks of it.',
    ],
    quote: [
      'Adults keep asking what young people want. Now they will get a number.',
      'Noor Jansen, 16, youth council',
    ],
    facts: [
      ['Money', '250,000 crowns'],
      ['Voters', 'About 2,300'],
    ],
  },
  {
    title: 'The council meeting of 14 September, minute by minute',
    date: '2026-09-16T06:00:00Z',
    author: 2,
    tags: ['budget', 'transport'],
    summary:
      'It lasted from two in the afternoon until after midnight and had 118 items. For those who want to know exactly: the full minutes.',
    text: [
      'The clerk has released the minutes of the longest council meeting in eleven years. We print them in full.',
      ...minutes,
    ],
    quote: ['I ask the council to note that the biscuits ran out at item 61.', 'The clerk, in the minutes'],
    facts: [
      ['Items', '118'],
      ['End', '00:40'],
    ],
  },
];
