import {
  caption,
  cloud,
  disc,
  hill,
  house,
  line,
  type Picture,
  path,
  person,
  rect,
  roof,
  sea,
  shape,
  sky,
  tree,
} from './shapes.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const draw = (count: number, one: (index: number) => string) => range(count).map(one).join('');

function scene(width: number, height: number, words: string, ...parts: string[]): Picture {
  return { width, height, body: parts.join('') + caption(height, words) };
}

const crane = scene(
  1600,
  1000,
  'Crane 4 at the old quay',
  sky(1600, 1000, '#F9B572', '#FDE8C9'),
  disc(1180, 330, 120, '#F4743B'),
  hill(1600, 1000, 640, 60, '#C98B6B'),
  sea(1600, 1000, 720, ['#3D5A80', '#2F4A6D', '#22385A']),
  rect(0, 800, 900, 200, '#5C5470'),
  line(
    'M 420 800 L 500 250 M 640 800 L 540 250 M 430 720 L 620 720 M 450 600 L 598 600 M 470 470 L 575 470',
    '#B23A48',
    18,
  ),
  line(
    'M 500 250 L 1180 170 M 520 290 L 1180 170 M 500 250 L 300 330 M 520 190 L 1180 170 M 520 190 L 300 330',
    '#B23A48',
    14,
  ),
  rect(470, 230, 110, 90, '#8C2F39', 'rx="8"') + rect(486, 246, 50, 40, '#FDE8C9'),
  line('M 1120 176 L 1120 520', '#22223B', 5),
  rect(1040, 520, 160, 90, '#4A4E69', 'rx="4"'),
  draw(4, (i) =>
    rect(60 + i * 96, 740 - (i % 2) * 60, 86, 60, ['#E07A5F', '#81B29A', '#F2CC8F', '#3D405B'][i] ?? ''),
  ),
);

const tram = scene(
  1600,
  900,
  'Night bus N3 at the station',
  sky(1600, 900, '#141E46', '#41436A'),
  draw(26, (i) => disc((i * 271) % 1600, (i * 97) % 320, 2 + (i % 3), '#F6F1E9')),
  disc(1330, 150, 70, '#FFE9A0'),
  draw(8, (i) =>
    house(
      i * 205 - 20,
      680,
      190,
      250 + ((i * 83) % 190),
      ['#2C3968', '#35427A', '#27305A'][i % 3] ?? '',
      '#1B2450',
      '#FFD56B',
    ),
  ),
  rect(0, 680, 1600, 220, '#20233F'),
  rect(0, 790, 1600, 8, '#F6F1E9', 'opacity="0.5"'),
  rect(320, 430, 880, 300, '#E4572E', 'rx="40"'),
  rect(320, 610, 880, 46, '#F6F1E9'),
  draw(6, (i) => rect(370 + i * 132, 478, 108, 100, '#FFE9A0', 'rx="10"')),
  rect(1092, 478, 76, 170, '#B9D6F2', 'rx="10"'),
  disc(500, 730, 58, '#101428') +
    disc(500, 730, 26, '#9AA5B1') +
    disc(1040, 730, 58, '#101428') +
    disc(1040, 730, 26, '#9AA5B1'),
  `<text x="400" y="462" font-family="DejaVu Sans" font-weight="bold" font-size="30" fill="#FFE9A0">N3  St Brannoc’s Hospital</text>`,
);

const market = scene(
  1400,
  1050,
  'Lunch from Mill Lane',
  sky(1400, 1050, '#FFF3D6', '#FFD9A0'),
  rect(0, 760, 1400, 290, '#C08552'),
  draw(7, (i) =>
    shape(
      `${i * 200},150 ${i * 200 + 200},150 ${i * 200 + 200},330 ${i * 200 + 100},370 ${i * 200},330`,
      i % 2 ? '#FFFFFF' : '#D64045',
    ),
  ),
  rect(0, 120, 1400, 40, '#8D3B3B'),
  rect(90, 600, 1220, 190, '#8A5A3B', 'rx="12"'),
  draw(9, (i) => disc(170 + i * 52, 590 - (i % 3) * 26, 34, '#E76F51')),
  draw(8, (i) => disc(690 + i * 40, 585 - (i % 2) * 30, 28, '#84A98C')),
  draw(6, (i) => path(`M ${1040 + i * 44} 600 q 22 -110 44 0 Z`, '#F4A261')),
  person(330, 560, 330, '#457B9D', '#F1C27D') +
    person(720, 560, 350, '#2A9D8F', '#8D5524') +
    person(1080, 560, 320, '#6D597A', '#E0AC69'),
);

const library = scene(
  1200,
  1600,
  'The new reading room',
  sky(1200, 1600, '#F2E9E4', '#C9ADA7'),
  draw(
    6,
    (row) =>
      rect(90, 190 + row * 205, 1020, 16, '#6B4F4F') +
      draw(22, (i) =>
        rect(
          104 + i * 45,
          205 + row * 205 + ((i * 37 + row * 11) % 46),
          36,
          190 - ((i * 37 + row * 11) % 46),
          ['#9A8C98', '#4A4E69', '#E07A5F', '#81B29A', '#F2CC8F', '#22223B'][(i * 5 + row) % 6] ?? '',
        ),
      ),
  ),
  rect(70, 150, 24, 1290, '#553C3C') + rect(1106, 150, 24, 1290, '#553C3C'),
  rect(0, 1420, 1200, 180, '#8C6A5D'),
  line(
    'M 820 1430 L 940 300 M 900 1430 L 1000 300 M 828 1300 L 908 1300 M 846 1130 L 924 1130 M 866 950 L 940 950 M 884 770 L 956 770 M 904 590 L 972 590',
    '#F2E9E4',
    16,
  ),
  person(420, 1470, 400, '#B5838D', '#FFCDB2'),
);

const turbines = scene(
  1600,
  900,
  'Turbines off Gull Point',
  sky(1600, 900, '#8ECAE6', '#E3F6FF'),
  cloud(240, 180, 110) + cloud(1160, 130, 90),
  sea(1600, 900, 600, ['#219EBC', '#1B84A5', '#126782', '#0B4F68']),
  draw(5, (i) => {
    const x = 200 + i * 300;
    const y = 230 + (i % 2) * 90;
    const blade = (angle: number) =>
      `<g transform="rotate(${angle + i * 23} ${x} ${y})">${path(`M ${x - 9} ${y} L ${x} ${y - 170} L ${x + 14} ${y} Z`, '#FFFFFF')}</g>`;
    return (
      shape(`${x - 12},${650 + i * 14} ${x - 6},${y} ${x + 6},${y} ${x + 12},${650 + i * 14}`, '#F1F5F9') +
      [0, 120, 240].map(blade).join('') +
      disc(x, y, 14, '#CBD5E1')
    );
  }),
  path('M 980 730 h 280 l -50 70 h -190 Z', '#FB8500') + rect(1060, 670, 110, 60, '#FFFFFF'),
);

const seagrass = scene(
  1600,
  1067,
  'Seagrass at six metres',
  sky(1600, 1067, '#56CFE1', '#0B3C5D'),
  draw(5, (i) =>
    shape(
      `${200 + i * 280},0 ${300 + i * 280},0 ${160 + i * 330},1067 ${-40 + i * 330},1067`,
      '#FFFFFF',
      'opacity="0.07"',
    ),
  ),
  hill(1600, 1067, 930, 50, '#C2A878'),
  draw(46, (i) =>
    line(
      `M ${i * 36} 1000 q ${(i % 5) * 14 - 28} -120 ${(i % 7) * 10 - 30} ${-240 - ((i * 53) % 190)}`,
      ['#2D6A4F', '#40916C', '#52B788', '#74C69D'][i % 4] ?? '',
      13,
    ),
  ),
  draw(9, (i) => {
    const x = 180 + ((i * 347) % 1250);
    const y = 180 + ((i * 149) % 480);
    return (
      path(
        `M ${x} ${y} q 50 -40 100 0 l 36 -26 v 52 l -36 -26 q -50 40 -100 0 Z`,
        ['#FFD166', '#EF476F', '#F78C6B'][i % 3] ?? '',
      ) + disc(x + 22, y - 5, 6, '#073B4C')
    );
  }),
  draw(18, (i) =>
    disc(90 + ((i * 211) % 1450), 100 + ((i * 173) % 700), 5 + (i % 4) * 3, '#FFFFFF', 'opacity="0.35"'),
  ),
);

const orchestra = scene(
  1600,
  1000,
  'The town orchestra rehearses',
  sky(1600, 1000, '#3A0F2B', '#7B1E3B'),
  draw(14, (i) =>
    path(`M ${i * 120 - 20} 0 q 60 300 0 720 h 60 q 60 -420 0 -720 Z`, i % 2 ? '#8F2746' : '#A4304F'),
  ),
  rect(0, 720, 1600, 280, '#C98F4E'),
  draw(8, (i) => line(`M 0 ${750 + i * 34} H 1600`, '#B07A3D', 3)),
  draw(7, (i) =>
    person(
      170 + i * 205,
      860 - (i % 2) * 70,
      340,
      '#14121F',
      ['#F1C27D', '#8D5524', '#FFDBAC', '#C68642'][i % 4] ?? '',
    ),
  ),
  draw(
    7,
    (i) =>
      path(
        `M ${205 + i * 205} ${720 - (i % 2) * 70} q 34 -60 0 -90 q 10 -30 24 -40 q 14 10 24 40 q -34 30 0 90 q -24 26 -48 0 Z`,
        '#B5651D',
      ) + line(`M ${170 + i * 205} ${700 - (i % 2) * 70} l 110 -70`, '#F5E6CC', 5),
  ),
  disc(800, 90, 60, '#FFE8A3', 'opacity="0.9"'),
);

const stadium = scene(
  1600,
  900,
  'Harrowmere United 2, Gull Point 1',
  sky(1600, 900, '#0B132B', '#1C2541'),
  draw(
    4,
    (i) =>
      rect(150 + i * 420, 60, 16, 340, '#5BC0BE') +
      draw(6, (k) => disc(118 + i * 420 + (k % 3) * 40, 70 + Math.floor(k / 3) * 40, 17, '#FFF7D6')),
  ),
  draw(11, (row) =>
    draw(54, (i) =>
      disc(
        14 + i * 30 + (row % 2) * 15,
        330 + row * 20,
        9,
        ['#E63946', '#F1FAEE', '#457B9D', '#A8DADC'][(i * 7 + row * 3) % 4] ?? '',
      ),
    ),
  ),
  shape('0,560 1600,560 1600,900 0,900', '#2B9348'),
  draw(5, (i) =>
    shape(`${i * 320},560 ${i * 320 + 160},560 ${i * 360 + 100},900 ${i * 360 - 100},900`, '#36A854'),
  ),
  line('M 620 560 V 470 H 980 V 560', '#FFFFFF', 10) +
    line('M 640 500 H 960 M 640 530 H 960 M 700 480 V 556 M 780 480 V 556 M 860 480 V 556', '#FFFFFF', 2),
  person(520, 800, 260, '#E63946', '#C68642') + person(1060, 770, 240, '#1D3557', '#FFDBAC'),
  disc(720, 790, 30, '#FFFFFF') + disc(720, 790, 11, '#222222'),
);

const shipyard = scene(
  1500,
  1000,
  'A ferry hull in dock 2',
  sky(1500, 1000, '#CAD2C5', '#84A98C'),
  draw(6, (i) => house(i * 260 - 30, 640, 230, 150 + ((i * 71) % 120), '#52796F', '#354F52', '#F4D58D')),
  rect(0, 640, 1500, 360, '#4F5D5A'),
  path('M 180 560 H 1290 L 1180 830 H 330 Z', '#BC4749'),
  path('M 262 760 H 1208 L 1180 830 H 330 Z', '#6A1B1E'),
  rect(420, 430, 640, 130, '#F2E8CF') + draw(9, (i) => disc(470 + i * 68, 496, 20, '#386641')),
  rect(560, 330, 300, 100, '#F2E8CF') + rect(680, 230, 90, 100, '#BC4749'),
  draw(10, (i) => rect(250 + i * 105, 830, 22, 90, '#2F3E46')),
  draw(5, (i) => line(`M ${1130 + i * 12} ${640 + i * 5} l ${20 + i * 16} ${-50 + i * 26}`, '#FFD166', 6)) +
    disc(1130, 640, 16, '#FFF3B0'),
);

const townhall = scene(
  1600,
  1000,
  'Town hall on Quay Street',
  sky(1600, 1000, '#BDE0FE', '#FFF1E6'),
  cloud(260, 200, 120) + cloud(1250, 160, 100),
  house(120, 820, 360, 330, '#E9C46A', '#8D6E38', '#FFF1C1') + roof(120, 490, 360, 130, '#A44A3F'),
  house(1120, 820, 360, 330, '#E9C46A', '#8D6E38', '#FFF1C1') + roof(1120, 490, 360, 130, '#A44A3F'),
  house(480, 820, 640, 430, '#F4A261', '#9C5B2B', '#FFF1C1'),
  rect(700, 170, 200, 240, '#E76F51') + roof(700, 170, 200, 140, '#7F2B22'),
  disc(800, 290, 66, '#FFFFFF') + line('M 800 290 V 244 M 800 290 L 834 306', '#22223B', 9),
  draw(5, (i) => rect(520 + i * 130, 640, 44, 180, '#FFF1E6')) + rect(500, 610, 600, 34, '#FFF1E6'),
  rect(0, 820, 1600, 180, '#B8B8AA'),
  tree(90, 850, 240, '#6A994E') + tree(1530, 850, 240, '#6A994E'),
  person(420, 920, 170, '#3D405B', '#F1C27D') + person(1150, 935, 180, '#81B29A', '#8D5524'),
);

const lighthouse = scene(
  1100,
  1400,
  'Gull Point light',
  sky(1100, 1400, '#22223B', '#9A8C98'),
  shape('520,330 -100,120 -100,420', '#FFF3B0', 'opacity="0.55"') +
    shape('580,330 1200,180 1200,480', '#FFF3B0', 'opacity="0.4"'),
  sea(1100, 1400, 1010, ['#4A4E69', '#3A3E59', '#2B2F49', '#1E2138']),
  path('M 180 1180 q 180 -230 380 -210 q 260 -10 420 230 Z', '#5E503F'),
  shape('450,990 490,390 610,390 650,990', '#F2E9E4'),
  shape('458,870 474,640 626,640 642,870', '#C1121F') + shape('483,500 490,390 610,390 617,500', '#C1121F'),
  rect(470, 360, 160, 34, '#22223B') +
    rect(495, 270, 110, 92, '#FFF3B0') +
    roof(495, 270, 110, 70, '#C1121F'),
);

const orchard = scene(
  1600,
  1000,
  'Apple harvest in Upper Mere',
  sky(1600, 1000, '#FFE5B4', '#FFFBEB'),
  disc(1300, 240, 110, '#FFB703'),
  hill(1600, 1000, 560, 110, '#A7C957') +
    hill(1600, 1000, 690, -90, '#6A994E') +
    hill(1600, 1000, 820, 50, '#386641'),
  draw(6, (i) => tree(170 + i * 260, 830 + (i % 2) * 60, 330, '#588157')),
  draw(36, (i) => disc(90 + ((i * 137) % 1430), 530 + ((i * 59) % 190), 12, '#D00000')),
  draw(
    3,
    (i) =>
      rect(420 + i * 300, 880, 150, 80, '#9C6644') +
      draw(5, (k) => disc(440 + i * 300 + k * 27, 876, 16, '#E5383B')),
  ),
);

/** Every picture, with the name and format of its file. */
export const scenes: { name: string; format: 'jpeg' | 'png' | 'webp'; picture: Picture }[] = [
  { name: 'crane', format: 'jpeg', picture: crane },
  { name: 'night-bus', format: 'jpeg', picture: tram },
  { name: 'market', format: 'jpeg', picture: market },
  { name: 'library', format: 'webp', picture: library },
  { name: 'turbines', format: 'jpeg', picture: turbines },
  { name: 'seagrass', format: 'webp', picture: seagrass },
  { name: 'orchestra', format: 'jpeg', picture: orchestra },
  { name: 'stadium', format: 'png', picture: stadium },
  { name: 'shipyard', format: 'jpeg', picture: shipyard },
  { name: 'townhall', format: 'png', picture: townhall },
  { name: 'lighthouse', format: 'webp', picture: lighthouse },
  { name: 'orchard', format: 'jpeg', picture: orchard },
];
