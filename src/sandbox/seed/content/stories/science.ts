import type { Story } from '../story.ts';

export const science: Story[] = [
  {
    title: 'Seagrass meadow off Gull Point has grown by 40 percent',
    date: '2026-10-27T06:00:00Z',
    author: 4,
    tags: ['climate', 'research', 'harbour'],
    summary:
      'Where anchors have been banned since 2019, the plants came back faster than the model said. Fish followed.',
    text: [
      'From above it looks like a dark stain in the bay. Below, at six metres, it is a lawn as high as a knee, and it has grown from 41 to 58 hectares in ten years.',
      'Divers of the Coastal Research Station measured it on 212 dives. The meadow now stores about 9,300 tonnes of carbon, as much as all the town’s cars emit in eleven months.',
      'The station recommends two more zones without anchors. Sailors would get mooring buoys instead.',
    ],
    quote: ['We did not plant anything. We only stopped pulling it out.', 'Dr Imani Otieno, station head'],
    facts: [
      ['Area', '58 hectares'],
      ['Dives', '212'],
      ['Species of fish', '23'],
    ],
    image: 'seagrass',
    featured: true,
  },
  {
    title: 'Five turbines, one summer: what the sea wind really delivered',
    date: '2026-10-12T06:00:00Z',
    author: 4,
    tags: ['climate', 'research'],
    summary:
      'The small park off Gull Point covered 71 percent of the town’s electricity between May and September. August was the surprise.',
    text: [
      'August is the month of still air, or so the textbooks say. This year it brought 26 days of steady north-easterlies and the best yield of the season.',
      'Over the whole summer the five turbines produced 31 gigawatt hours. On nine nights there was more than the cable to the mainland could carry, and two turbines had to be turned out of the wind.',
      'A battery next to the substation could have saved that. The council will see an offer in January.',
    ],
    quote: ['We threw away the breakfast of four thousand households.', 'Operations manager Dag Eriksen'],
    facts: [
      ['Yield', '31 gigawatt hours'],
      ['Share', '71 percent'],
      ['Nights with too much', '9'],
    ],
    image: 'turbines',
  },
  {
    title: 'Eleven thousand days of weather in one ledger',
    date: '2026-10-05T06:00:00Z',
    author: 4,
    tags: ['climate', 'research'],
    summary:
      'The keeper of Gull Point light never stopped writing. Researchers have now read all of it, and found earlier springs.',
    text: [
      'Fog has its own symbol, three short lines, and there is less of it every decade. That is one of the things that a team of the university learned from the ledger of Edvard Nilsen.',
      'The first swallow now arrives eight days earlier than in 1994, the first night frost twelve days later. The ledger agrees with the satellites, and it knows what the satellites do not: when the herring gulls went quiet.',
    ],
    quote: ['It is the best data set I ever got for a bottle of plum brandy.', 'Prof. Lucia Ferrante'],
    facts: [
      ['Entries', '11,680'],
      ['Swallows', '8 days earlier'],
    ],
    image: 'lighthouse',
  },
  {
    title: 'Why the tide was twenty centimetres higher than forecast',
    date: '2026-09-22T06:00:00Z',
    author: 4,
    tags: ['climate', 'harbour'],
    summary: 'No storm, no rain, wet cellars all the same. A low over Iceland explains most of it.',
    text: [
      'On the evening of 16 September the water stood on Quay Street, on a mild night with hardly any wind. The tide table had promised twenty centimetres less.',
      'Low pressure lifts the sea by about one centimetre for each hectopascal. A low south of Iceland did just that, and the narrow bay added the rest. The coast guard will show this surplus in its app from spring on.',
    ],
    quote: ['The sea is not a bathtub, although it behaved like one.', 'Dr Imani Otieno'],
    facts: [
      ['Above forecast', '20 cm'],
      ['Cellars pumped out', '37'],
    ],
  },
  {
    title: 'Pupils build a sensor that hears sick bees',
    date: '2026-09-08T06:00:00Z',
    author: 4,
    tags: ['schools', 'research'],
    summary:
      'A microphone, a board for eight crowns and a lot of patience: class 10b took second place in the national contest.',
    text: [
      'A healthy hive hums at about 250 hertz. When mites weaken it, the tone sinks, long before a beekeeper sees anything. Class 10b of the harbour school has built a box that listens.',
      'It costs 23 crowns and runs for a season on two batteries. Fourteen beekeepers are testing it; four hives have been treated in time.',
    ],
    quote: ['The hardest part was to stop the church bells from counting as a disease.', 'Milo Hartmann, 15'],
    facts: [
      ['Price', '23 crowns'],
      ['Hives in the test', '52'],
    ],
  },
  {
    title: 'Do cargo bikes really save time? We counted',
    date: '2026-11-09T06:00:00Z',
    author: 4,
    tags: ['transport', 'research'],
    summary: 'Draft. 300 deliveries, two stopwatches, one broken chain.',
    text: [
      'For four weeks a parcel service let us ride along, once in a van and once on a cargo bike, on the same tour through the old town. The bike needed 11 percent less time, mostly because it never looked for a place to stop.',
      'Outside the old town the van wins, by far. The service now thinks about a small depot behind the station, where one hands over to the other.',
    ],
    quote: ['I have lost four kilos and all my prejudices.', 'Driver Ferdinand Kos'],
    facts: [
      ['Deliveries', '300'],
      ['Difference in the old town', '11 percent'],
    ],
    status: 'draft',
  },
  {
    title: 'How to see the November meteors without leaving town',
    date: '2026-11-10T06:00:00Z',
    author: 4,
    tags: ['research'],
    summary:
      'The Leonids peak in the night to the 18th. The street lamps on the breakwater will be off from one o’clock.',
    text: [
      'You need no telescope, only a blanket and half an hour for your eyes to get used to the dark. Look east, above the lighthouse, after one in the morning.',
      'The town switches off the lamps on the breakwater for three hours. The observatory brings tea, and somebody who can tell a meteor from a satellite.',
    ],
    quote: ['If you see three in ten minutes, you may go to bed happy.', 'Observatory head Stella Quist'],
    facts: [
      ['Peak', '18 November, 1:00 to 4:00'],
      ['Meteors an hour', 'About 15'],
    ],
  },
];
