import type { Tag } from './sections.ts';

/** A story as we write it down; `toArticle` makes the row of it. */
export type Story = {
  title: string;
  date: string;
  author: number;
  tags: Tag[];
  summary: string;
  /** Paragraphs of the body, in HTML. */
  text: string[];
  /** What somebody said, and who. */
  quote: [text: string, speaker: string];
  facts: [label: string, value: string][];
  /** A file of the library. */
  image?: string;
  status?: 'draft' | 'archived';
  featured?: true;
};

export const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
