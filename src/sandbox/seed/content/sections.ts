/** Sections and topics, in the order readers see them. */
export const categories = [
  section('Town', 'town', '#6644FF', 'Streets, schools and neighbours in Harrowmere'),
  section('City hall', 'city-hall', '#3399FF', 'What the council decides, and what it costs'),
  section('Culture', 'culture', '#E35169', 'Music, stage, film, books and food'),
  section('Science', 'science', '#2ECDA7', 'Research on the coast and beyond'),
  section('Business', 'business', '#FFA439', 'Shops, shipyards and start-ups'),
  section('Sport', 'sport', '#18222F', 'From the harbour run to Harrowmere United'),
].map((row, index) => ({ id: index + 1, ...row, sort: index + 1 }));

function section(name: string, slug: string, color: string, description: string) {
  return { name, slug, color, description };
}

export const TAGS = [
  'harbour',
  'transport',
  'schools',
  'housing',
  'climate',
  'budget',
  'music',
  'food',
  'research',
  'startups',
  'football',
  'volunteers',
] as const;

export type Tag = (typeof TAGS)[number];

export const tags = TAGS.map((name, index) => ({ id: index + 1, name }));

export const languages = [
  { code: 'en-US', name: 'English', direction: 'ltr' },
  { code: 'de-DE', name: 'German', direction: 'ltr' },
  { code: 'fr-FR', name: 'French', direction: 'ltr' },
  { code: 'ar-SA', name: 'Arabic', direction: 'rtl' },
];

export const siteSettings = {
  site_name: 'The Harrowmere Courier',
  tagline: 'News from the harbour, every day since 1887',
  contact_email: 'newsroom@example.com',
  stories_per_page: 12,
  comments_open: true,
  logo: 'logo',
  navigation: [
    ...categories.map(({ name, slug }) => ({ label: name, path: `/${slug}` })),
    { label: 'About us', path: '/about' },
  ],
  footer: 'Printed at 4 Quay Street, Harrowmere. Corrections: newsroom@example.com.',
};
