export type Author = { id: number; name: string; role: string; email: string; bio: string; portrait: string };

/** `portrait` names a file of the library. */
export const authors: Author[] = [
  {
    id: 1,
    name: 'Mara Lindqvist',
    role: 'Editor-in-chief',
    email: 'mara@example.com',
    portrait: 'portrait-mara',
    bio: 'Mara has run the Courier since 2019. Before that she covered the ports for eleven years.',
  },
  {
    id: 2,
    name: 'Tomasz Okafor',
    role: 'City hall reporter',
    email: 'tomasz@example.com',
    portrait: 'portrait-tomasz',
    bio: 'Tomasz reads council papers so that others need not. He keeps every budget since 1998 in his office.',
  },
  {
    id: 3,
    name: 'Ines Carvalho',
    role: 'Culture writer',
    email: 'ines@example.com',
    portrait: 'portrait-ines',
    bio: 'Ines writes about music, film and food, and plays second violin in the town orchestra.',
  },
  {
    id: 4,
    name: 'Dr Samir Haddad',
    role: 'Science correspondent',
    email: 'samir@example.com',
    portrait: 'portrait-samir',
    bio: 'Samir took a doctorate in marine biology and then decided that explaining it was more fun.',
  },
  {
    id: 5,
    name: 'Greta Vance',
    role: 'Business reporter',
    email: 'greta@example.com',
    portrait: 'portrait-greta',
    bio: 'Greta follows the money, from the market stalls to the shipyard.',
  },
  {
    id: 6,
    name: 'Luis Ferreira',
    role: 'Sports reporter',
    email: 'luis@example.com',
    portrait: 'portrait-luis',
    bio: 'Luis has not missed a home game of Harrowmere United since he was nine.',
  },
];
