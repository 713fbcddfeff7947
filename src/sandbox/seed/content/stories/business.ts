import type { Story } from '../story.ts';

export const business: Story[] = [
  {
    title: 'Shipyard takes on forty apprentices for the electric ferry',
    date: '2026-10-26T06:00:00Z',
    author: 5,
    tags: ['harbour', 'startups'],
    summary:
      'It is the largest class since 1983. Welders are still wanted, and so are people who understand batteries.',
    text: [
      'Dock 2 has not been this loud for a long time. The hull of the new ferry is growing at four tonnes of steel a day, and from January forty young people will help.',
      'Half of them learn to weld, the other half to wire. The yard pays the bus and, for those from the island, a bed in the former officers’ house.',
      'A second order could follow: two ports in the north have asked for the drawings.',
    ],
    quote: [
      'We used to train people for the yard in the next country. That is over.',
      'Pilar Soto, yard manager',
    ],
    facts: [
      ['Apprentices', '40'],
      ['Pay in the first year', '1,150 crowns a month'],
      ['Apply until', '30 November'],
    ],
    image: 'shipyard',
  },
  {
    title: 'From fish boxes to boat foam: two founders and a smell',
    date: '2026-10-16T06:00:00Z',
    author: 5,
    tags: ['startups', 'research', 'harbour'],
    summary:
      'Thousands of polystyrene boxes used to be burned every month. A young company melts them down into floats.',
    text: [
      'The first thing you notice about Refloat is the smell, which the founders have stopped noticing. In a shed behind the fish hall, they wash, shred and melt boxes that held cod a day earlier.',
      'The result is a grey foam that does not soak up water. A maker of jetties has ordered six thousand blocks, enough for the machine that runs at night.',
    ],
    quote: ['My grandmother says it smells of money. She is an optimist.', 'Founder Zofia Lind'],
    facts: [
      ['Boxes a month', '18,000'],
      ['Employees', '7'],
      ['Raised', '900,000 crowns'],
    ],
  },
  {
    title: 'The last cobbler of Quay Street looks for somebody to take his keys',
    date: '2026-10-01T06:00:00Z',
    author: 5,
    tags: ['volunteers'],
    summary:
      'After 47 years Giorgos Pappas wants to retire. The shop, the machines and the regulars come for free.',
    text: [
      'Giorgos Pappas has resoled the shoes of four mayors. He has a waiting list of three weeks and no child who wants to stand at the machine.',
      'Whoever takes over gets everything for nothing, under one condition: the bench in front of the shop stays, and whoever sits on it gets a coffee.',
    ],
    quote: ['I do not sell it. I hand it on, like a cold.', 'Giorgos Pappas, cobbler'],
    facts: [
      ['Opened', '1979'],
      ['Rent', '640 crowns a month'],
    ],
  },
  {
    title: 'What the closed cannery means for the town, in five numbers',
    date: '2026-09-15T06:00:00Z',
    author: 5,
    tags: ['budget', 'harbour'],
    summary: '212 jobs went in spring. Half a year later, two thirds of the people have found something new.',
    text: [
      'The cannery paid 1.3 million crowns in business tax in its best year. It employed 212 people, of whom 143 have a new job, 31 are in training and 38 are still looking.',
      'The hall on Mill Lane has become a kitchen for schools. For the large building by the water there are two offers: a hotel and a climbing centre.',
    ],
    quote: [
      'Everyone told me I was too old at 56. The bakery did not ask.',
      'Former shift leader Rosa Melnyk',
    ],
    facts: [
      ['Jobs lost', '212'],
      ['Found a new job', '143'],
      ['Still looking', '38'],
    ],
  },
  {
    title: 'Market traders test paying by palm',
    date: '2026-07-28T06:00:00Z',
    author: 5,
    tags: ['startups', 'food'],
    summary: 'The trial ended after six weeks. Flour and scanners did not get along.',
    text: [
      'The idea was that you hold your hand over a box and take your bread. It worked at the jeweller’s and failed at the baker’s, whose customers had just touched everything.',
      'Eleven traders took part, three would go on. The supplier wants to come back with a version that can be wiped.',
    ],
    quote: ['Coins have worked with dirty hands for 2,600 years.', 'Cheese seller Marek Dvorak'],
    facts: [
      ['Traders', '11'],
      ['Would go on', '3'],
    ],
    status: 'archived',
  },
  {
    title: 'Interview with the new head of the savings bank',
    date: '2026-11-12T06:00:00Z',
    author: 5,
    tags: ['housing', 'budget'],
    summary: 'Draft, to be approved by the interviewee. About branch closures, building loans and a parrot.',
    text: [
      'Amara Diallo has run the savings bank since October. She has visited all nine branches by bicycle and wants to close none of them before 2029, which her predecessor had planned.',
      'Building loans should get cheaper for those who convert instead of building anew. The parrot in the entrance hall, a gift from a customer in 1988, keeps its post.',
    ],
    quote: ['A branch with one clerk and a kettle costs less than a lost customer.', 'Amara Diallo'],
    facts: [
      ['Branches', '9'],
      ['Customers', '21,400'],
    ],
    status: 'draft',
  },
];
