import type { Story } from '../story.ts';

export const town: Story[] = [
  {
    title: 'Harbour crane lifts its last load after 61 years',
    date: '2026-10-29T06:00:00Z',
    author: 1,
    tags: ['harbour', 'volunteers'],
    summary:
      'Crane 4 set down a pallet of roof slates on Thursday and was switched off for good. A group of volunteers wants to keep it standing.',
    text: [
      'At twenty past nine on Thursday morning, Jonas Petersen eased a pallet of Welsh slate onto the quay, set the brake and turned a key that nobody will turn again. Crane 4 had been lifting since March 1965.',
      'The port authority says the gearbox can no longer be insured. Taking the crane down would cost 340,000 crowns; painting it every eight years would cost about half of that.',
      'The Friends of Crane 4, a group of forty retired dockers and two architects, handed in a petition with 2,118 names the same afternoon. The harbour board will discuss it on 12 November.',
    ],
    quote: [
      'You get to know every groan she makes. This morning she did not groan at all.',
      'Jonas Petersen, crane driver',
    ],
    facts: [
      ['Built', '1965'],
      ['Height', '38 metres'],
      ['Largest load', 'A 41-tonne ship propeller, 1988'],
    ],
    image: 'crane',
    featured: true,
  },
  {
    title: 'Night bus to the hospital will run every half hour',
    date: '2026-10-22T06:00:00Z',
    author: 2,
    tags: ['transport', 'budget'],
    summary:
      'From December the N3 will leave the station twice an hour until four in the morning. Nurses had asked for it for three years.',
    text: [
      'Whoever finishes a late shift at St Brannoc’s Hospital has so far had the choice between a taxi and an hour on a bench. From 6 December the N3 will run every thirty minutes until four in the morning.',
      'The extra trips cost 118,000 crowns a year. The hospital pays a third of that, the town the rest. Tickets stay at three crowns, and staff with a badge travel free.',
      'The council will look at the figures after six months. If fewer than nine people ride on an average trip, the last two buses of the night may go again.',
    ],
    quote: [
      'I have walked home in my clogs more often than I would like to tell my mother.',
      'Aisha Rahman, nurse',
    ],
    facts: [
      ['Line', 'N3, station to St Brannoc’s'],
      ['First night', '6 December'],
      ['Fare', '3 crowns'],
    ],
    image: 'tram',
  },
  {
    title: 'Three schools share one kitchen, and the soup is better for it',
    date: '2026-10-15T06:00:00Z',
    author: 3,
    tags: ['schools', 'food'],
    summary:
      'Since September, 900 lunches a day come from a former fish canteen on Mill Lane. Leftovers are down by a third.',
    text: [
      'The ladle in Benoît Marchal’s hand holds exactly a quarter of a litre. He fills it nine hundred times a day, in a kitchen that until last year fried plaice for the night shift of the cannery.',
      'Three primary schools gave up their own kitchens to share this one. Food arrives by cargo bike in insulated boxes, and each class sends two children a week to help decide the menu.',
      'In the first six weeks the schools threw away 34 percent less than the year before. The most popular dish is lentil soup, which nobody had predicted.',
    ],
    quote: [
      'Children do not hate vegetables. They hate vegetables that waited two hours.',
      'Benoît Marchal, cook',
    ],
    facts: [
      ['Lunches a day', '900'],
      ['Price for families', '2.50 crowns'],
      ['Distance to the farthest school', '1.8 km'],
    ],
    image: 'market',
  },
];
