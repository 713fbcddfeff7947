import { fileId, fixedId } from './library.ts';
import { categories, type Tag, tags } from './sections.ts';
import { business } from './stories/business.ts';
import { cityHall } from './stories/city-hall.ts';
import { culture } from './stories/culture.ts';
import { science } from './stories/science.ts';
import { sport } from './stories/sport.ts';
import { town } from './stories/town.ts';
import { type Story, slugOf } from './story.ts';
import { translations } from './translations.ts';

const sections: Record<string, Story[]> = {
  town,
  'city-hall': cityHall,
  culture,
  science,
  business,
  sport,
};

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
    category: categories.find((category) => category.slug === section)?.id ?? null,
    author: story.author,
    summary: story.summary,
    image: story.image ? fileId(story.image) : null,
    body: story.text.map((part) => (part.startsWith('<') ? part : `<p>${part}</p>`)).join('\n'),
    key_facts: story.facts.map(([label, value]) => ({ label, value })),
    tags: story.tags.map((tag) => ({ tags_id: tagId(tag) })),
    blocks: blocksOf(story, slug).map((block, index) => ({ ...block, sort: index + 1 })),
    translations: translations[story.title] ?? [],
    sort: id,
  };
}

const tagId = (name: Tag) => tags.find((tag) => tag.name === name)?.id ?? null;

/** What stands below the body: the quote, the picture, and the facts once more as text. */
function blocksOf({ quote, image, facts, summary }: Story, slug: string) {
  const [words, speaker] = quote;
  const block = (collection: string, item: Record<string, unknown>) => ({
    collection,
    item: { id: fixedId(collection, slug), ...item },
  });
  const list = facts.map(([label, value]) => `<li>${label}: ${value}</li>`).join('');
  return [
    block('block_quote', { quote: words, speaker }),
    ...(image ? [block('block_image', { image: fileId(image), caption: summary.split('. ')[0] })] : []),
    block('block_text', { heading: 'At a glance', content: `<ul>${list}</ul>` }),
  ];
}

export const articles = Object.entries(sections)
  .flatMap(([section, stories]) => stories.map((story) => ({ section, story })))
  .map(({ section, story }, index) => toArticle(story, section, index + 1));
