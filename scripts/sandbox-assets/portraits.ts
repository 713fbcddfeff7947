import { disc, type Picture, path, rect, svg } from './shapes.ts';

type Face = {
  back: string;
  coat: string;
  skin: string;
  hair: string;
  style: 'long' | 'short' | 'bun' | 'bald';
  glasses?: true;
};

const SIZE = 640;

function portrait({ back, coat, skin, hair, style, glasses }: Face): Picture {
  const x = SIZE / 2;
  const behind =
    style === 'long'
      ? path(`M ${x - 150} 250 q 0 -170 150 -170 q 150 0 150 170 v 220 h -300 Z`, hair)
      : style === 'bun'
        ? disc(x, 92, 56, hair)
        : '';
  const top =
    style === 'bald'
      ? ''
      : path(
          `M ${x - 128} 262 q -8 -168 128 -168 q 136 0 128 168 q -30 -90 -128 -92 q -98 2 -128 92 Z`,
          hair,
        );
  const eyes = disc(x - 46, 276, 10, '#22223B') + disc(x + 46, 276, 10, '#22223B');
  const frames = glasses
    ? [x - 46, x + 46].map((cx) => disc(cx, 276, 34, 'none', 'stroke="#22223B" stroke-width="7"')).join('') +
      rect(x - 13, 272, 26, 7, '#22223B')
    : '';
  const body = [
    rect(0, 0, SIZE, SIZE, back),
    disc(x, 330, 270, '#FFFFFF', 'opacity="0.22"'),
    behind,
    path(`M 70 640 q 20 -190 180 -200 h 140 q 160 10 180 200 Z`, coat),
    path(`M ${x - 50} 380 h 100 v 70 q -50 60 -100 0 Z`, skin),
    `<ellipse cx="${x}" cy="280" rx="118" ry="140" fill="${skin}"/>`,
    top,
    eyes,
    frames,
    `<path d="M ${x - 40} 348 q 40 34 80 0" fill="none" stroke="#7A3B3B" stroke-width="8" stroke-linecap="round"/>`,
  ];
  return { width: SIZE, height: SIZE, body: body.join('') };
}

export const portraits: { name: string; picture: Picture }[] = [
  {
    name: 'portrait-mara',
    picture: portrait({ back: '#6644FF', coat: '#22223B', skin: '#F6D7C3', hair: '#E0C068', style: 'short' }),
  },
  {
    name: 'portrait-tomasz',
    picture: portrait({
      back: '#3399FF',
      coat: '#F2CC8F',
      skin: '#8D5524',
      hair: '#1B1B1B',
      style: 'bald',
      glasses: true,
    }),
  },
  {
    name: 'portrait-ines',
    picture: portrait({ back: '#E35169', coat: '#2A9D8F', skin: '#E0AC69', hair: '#3B2314', style: 'long' }),
  },
  {
    name: 'portrait-samir',
    picture: portrait({
      back: '#2ECDA7',
      coat: '#3D405B',
      skin: '#C68642',
      hair: '#2B2B2B',
      style: 'short',
      glasses: true,
    }),
  },
  {
    name: 'portrait-greta',
    picture: portrait({ back: '#FFA439', coat: '#6D597A', skin: '#FFDBAC', hair: '#B5443A', style: 'bun' }),
  },
  {
    name: 'portrait-luis',
    picture: portrait({ back: '#457B9D', coat: '#E63946', skin: '#D9A066', hair: '#4A2C2A', style: 'short' }),
  },
];

/** The paper's mark, which stays an SVG. */
export const logo = svg({
  width: 480,
  height: 480,
  body: [
    '<title>The Harrowmere Courier</title>',
    rect(0, 0, 480, 480, '#6644FF', 'rx="96"'),
    path('M 110 350 q 65 -44 130 0 q 65 44 130 0 v 46 q -65 44 -130 0 q -65 -44 -130 0 Z', '#FFFFFF'),
    rect(130, 96, 52, 220, '#FFFFFF', 'rx="8"'),
    rect(298, 96, 52, 220, '#FFFFFF', 'rx="8"'),
    rect(130, 180, 220, 52, '#FFFFFF'),
  ].join(''),
});
