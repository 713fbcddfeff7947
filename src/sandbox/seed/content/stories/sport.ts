import type { Story } from '../story.ts';

export const sport: Story[] = [
  {
    title: 'United win the harbour derby with the last kick',
    date: '2026-10-25T18:00:00Z',
    author: 6,
    tags: ['football', 'harbour'],
    summary:
      'Harrowmere United beat Gull Point 2:1 before 6,400 spectators. Captain Freja Dahl scored from the halfway line.',
    text: [
      'The clock above the north stand showed 93 minutes and some seconds when Freja Dahl looked up, saw the keeper of Gull Point far out, and did what her coach has forbidden her to do in training.',
      'The ball was in the air for so long that people had time to stand up. It bounced once, behind the line. The stadium radio lost its voice, and so did most of the town.',
      'United are now second, two points behind the leaders, with a match in hand.',
    ],
    quote: ['I would have shouted at her. But she cannot hear me from there.', 'Coach Helga Brandt'],
    facts: [
      ['Result', '2:1 (0:1)'],
      ['Goals', 'Silva 0:1 (og), Moreau 71, Dahl 90+4'],
      ['Spectators', '6,400'],
    ],
    image: 'stadium',
    featured: true,
  },
  {
    title: 'Harbour run sells out in nine minutes',
    date: '2026-10-13T06:00:00Z',
    author: 6,
    tags: ['volunteers', 'harbour'],
    summary: 'Three thousand places for the run on New Year’s Day are gone. A waiting list opens on Monday.',
    text: [
      'The server held, which is more than last year. At nine minutes past ten all three thousand places for the harbour run were taken, a third of them by people who have never run ten kilometres.',
      'The course leads over both bridges and, for the first time, through dock 2, past the unfinished ferry. The organisers still look for eighty volunteers who can pour tea with gloves on.',
    ],
    quote: [
      'Most of them come for the soup. That is fine. It is very good soup.',
      'Race director Piet Vogel',
    ],
    facts: [
      ['Start', '1 January 2027, 13:00'],
      ['Distance', '10 km'],
      ['Volunteers wanted', '80'],
    ],
  },
  {
    title: 'She swam to the island and back, and then went to work',
    date: '2026-09-20T06:00:00Z',
    author: 6,
    tags: ['harbour'],
    summary: 'Kaja Lund, 34, crossed the sound twice in 3 hours and 51 minutes. Nobody had done that before.',
    text: [
      'The water had 15 degrees when Kaja Lund went in at ten past four in the morning, beside the ramp of the ferry. Her father rowed next to her with a thermos and a lamp.',
      'On the island she turned without a break, touched the ramp at home at one minute past eight, and was at the counter of the pharmacy at nine.',
    ],
    quote: ['My colleague asked if it was raining.', 'Kaja Lund'],
    facts: [
      ['Distance', '11.2 km'],
      ['Time', '3:51:08'],
      ['Water', '15 °C'],
    ],
  },
  {
    title: 'Chess club moves into the waiting room of platform 2',
    date: '2026-09-10T06:00:00Z',
    author: 6,
    tags: ['transport', 'volunteers'],
    summary: 'The heating works, the boards stay out, and delayed passengers are welcome to lose.',
    text: [
      'The railway wanted to close the waiting room, the chess club had lost its cellar to the tide. Now there are nine boards on platform 2, and a sign that says which trains are late enough for a blitz game.',
      'The club has won fourteen members since June, three of whom live in other towns and miss their trains on purpose.',
    ],
    quote: ['I have been stuck here for two hours. I hope for three.', 'A passenger to the capital'],
    facts: [
      ['Boards', '9'],
      ['New members', '14'],
    ],
  },
  {
    title: 'Rowing: silver for the eight that nobody expected',
    date: '2026-08-09T18:00:00Z',
    author: 6,
    tags: ['harbour'],
    summary:
      'With a borrowed boat and a substitute at the helm, the women’s eight came second in the national final.',
    text: [
      'Their own boat had a crack, their cox had the flu. So eight women from Harrowmere sat in a boat of the rivals, steered by a fourteen-year-old who had learned the course from a video.',
      'At the halfway mark they lay fifth. Then the fourteen-year-old said something that none of them will repeat, and it worked.',
    ],
    quote: ['I only told them what my grandmother says when the cows get out.', 'Elin Berg, cox'],
    facts: [
      ['Place', '2'],
      ['Time', '6:14.3'],
    ],
    status: 'archived',
  },
  {
    title: 'Season preview: what the skaters plan in the new park',
    date: '2026-11-14T06:00:00Z',
    author: 6,
    tags: ['schools', 'volunteers'],
    summary: 'Draft. “Bowl” won the vote. Builders start in March, and a first contest is set for August.',
    text: [
      'With 1,032 of 1,977 votes the design “Bowl” won in the first round. The youth council has asked for one change: a ramp on which beginners can watch without being in the way.',
      'The club plans courses for girls on Wednesdays and a workshop for repairs. Old boards can be dropped off at the town hall.',
    ],
    quote: ['My mother wants to try it. I need a second opinion.', 'Noor Jansen, 16'],
    facts: [
      ['Votes', '1,977'],
      ['Works start', 'March 2027'],
    ],
    status: 'draft',
  },
];
