import { fileId, fixedId } from './library.ts';
import { categories, tags } from './sections.ts';
import { town } from './stories/town.ts';
import { type Story, slugOf } from './story.ts';

const SECTIONS: [slug: string, stories: Story[]][] = [['town', town]];

const idOf = (rows: { id: number; name?: string; slug?: string }[], word: string): number | undefined =>
  rows.find((row) => row.slug === word || row.name === word)?.id;

const quoteBlock = ([quote, speaker]: Story['quote'], id: string) => ({
  collection: 'block_quote',
  item: { id, quote, speaker },
});

function toArticle(story: Story, section: string, id: number) {
  const slug = slugOf(story.title);
  const status = story.status ?? 'published';
  return {
    id,
    title: story.title,
    slug,
    status,
    publish_date: status === 'draft' ? null : story.date,
    featured: story.featured ?? false,
    category: idOf(categories, section),
    author: story.author,
    summary: story.summary,
    image: null,
    body: story.text.map((paragraph) => `<p>${paragraph}</p>`).join('\n'),
    key_facts: story.facts.map(([label, value]) => ({ label, value })),
    tags: story.tags.map((tag) => ({ tags_id: idOf(tags, tag) })),
    blocks: blocksOf(story, slug),
    sort: id,
  };
}

function blocksOf(story: Story, slug: string) {
  const image =
    (false as boolean) && story.image
      ? [
          {
            collection: 'block_image',
            item: {
              id: fixedId('block_image', slug),
              image: fileId(story.image),
              caption: story.summary.split('. ')[0],
            },
          },
        ]
      : [];
  return [quoteBlock(story.quote, fixedId('block_quote', slug)), ...image].map((block, index) => ({
    ...block,
    sort: index + 1,
  }));
}

export const articles = SECTIONS.flatMap(([section, stories]) =>
  stories.map((story) => ({ section, story })),
).map(({ section, story }, index) => toArticle(story, section, index + 1));
