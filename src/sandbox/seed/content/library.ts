import { createHash } from 'node:crypto';

export type LibraryFile = {
  /** The name of the file in `assets`, without its ending, by which content refers to it. */
  name: string;
  file: string;
  type: string;
  folder: keyof typeof folders;
  title: string;
  description: string;
  tags: string[];
};

/** Ids that stay the same in every sandbox, so that addresses of assets can be written down. */
export function fixedId(kind: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}/${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const folders = {
  photos: { id: fixedId('folder', 'photos'), name: 'Story images' },
  portraits: { id: fixedId('folder', 'portraits'), name: 'Portraits' },
  documents: { id: fixedId('folder', 'documents'), name: 'Documents' },
};

export const fileId = (name: string) => fixedId('file', name);

const TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
};

function entry(
  folder: LibraryFile['folder'],
  file: string,
  title: string,
  description: string,
  tags: string[] = [],
): LibraryFile {
  const [name = '', ending = ''] = file.split('.');
  return { name, file, type: TYPES[ending] ?? '', folder, title, description, tags };
}

export const library: LibraryFile[] = [
  entry('photos', 'crane.jpg', 'Crane 4', 'A red harbour crane at sunset, a load on its hook', ['harbour']),
  entry('photos', 'night-bus.jpg', 'Night bus N3', 'A red bus before lit houses at night', ['transport']),
  entry('photos', 'market.jpg', 'Lunch counter', 'Three people behind a counter with fruit and bread', [
    'food',
  ]),
  entry('photos', 'library.webp', 'Reading room', 'Shelves full of books and a ladder', ['schools']),
  entry('photos', 'turbines.jpg', 'Wind turbines', 'Five wind turbines in the sea and an orange boat', [
    'climate',
  ]),
  entry('photos', 'seagrass.webp', 'Seagrass meadow', 'Fish above green seagrass under water', [
    'climate',
    'research',
  ]),
  entry('photos', 'orchestra.jpg', 'Town orchestra', 'Seven violinists before a red curtain', ['music']),
  entry('photos', 'stadium.png', 'Derby night', 'Two players on a lit football field', ['football']),
  entry('photos', 'shipyard.jpg', 'Ferry in dock 2', 'A red hull on blocks, sparks of a welder', ['harbour']),
  entry('photos', 'townhall.png', 'Town hall', 'An orange town hall with a clock tower', ['budget']),
  entry('photos', 'lighthouse.webp', 'Gull Point light', 'A red and white lighthouse at night', ['harbour']),
  entry('photos', 'orchard.jpg', 'Apple harvest', 'Apple trees on green hills, three full crates', ['food']),
  entry('portraits', 'portrait-mara.png', 'Mara Lindqvist', 'Portrait of the editor-in-chief'),
  entry('portraits', 'portrait-tomasz.png', 'Tomasz Okafor', 'Portrait of the city hall reporter'),
  entry('portraits', 'portrait-ines.png', 'Ines Carvalho', 'Portrait of the culture writer'),
  entry('portraits', 'portrait-samir.png', 'Dr Samir Haddad', 'Portrait of the science correspondent'),
  entry('portraits', 'portrait-greta.png', 'Greta Vance', 'Portrait of the business reporter'),
  entry('portraits', 'portrait-luis.png', 'Luis Ferreira', 'Portrait of the sports reporter'),
  entry('documents', 'logo.svg', 'Logo', 'The mark of the Courier: an H above a wave'),
  entry('documents', 'budget-2027.pdf', 'Draft budget 2027', 'The draft as the finance committee has it', [
    'budget',
  ]),
  entry('documents', 'harbour-plan.pdf', 'Plan for the old harbour', 'Summary for residents', [
    'housing',
    'harbour',
  ]),
  entry('documents', 'school-menu.pdf', 'School lunch, week 48', 'Menu of the kitchen on Mill Lane', [
    'schools',
    'food',
  ]),
  entry('documents', 'seagrass-report.pdf', 'Seagrass survey 2026', 'Report 31 of the research station', [
    'climate',
  ]),
  entry('documents', 'match-programme.pdf', 'Programme of the derby', 'United against Gull Point', [
    'football',
  ]),
];
