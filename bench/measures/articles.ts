/** Flat fields of the newsroom's articles that the reads ask for. */
export const ARTICLE_FIELDS = ['id', 'title', 'slug', 'status', 'publish_date', 'featured'];
