export const queries = `# Queries

fields: author.name follows a relation, tags.tags_id.name a junction, blocks.item:block_text.heading a many-to-any. * is every field of a level: avoid it. Related rows come as bare keys unless their fields are named.
> items {"action":"read","collection":"articles","query":{"fields":["id","title","author.name","tags.tags_id.name","blocks.item:block_text.heading"],"sort":["-publish_date","author.name"],"limit":5}}
- sort: "-" descends. limit -1: all. offset: as the reply's "next" says. filter: topic filters. version: topic versions.
- search: words in any text field. count, beside query, adds the total.
> items {"action":"read","collection":"articles","query":{"search":"ferry","filter":{"status":{"_eq":"published"}},"fields":["id","title"]},"count":true}
- maxTokens makes a reply smaller; textOffset reads on in a long text.
> items {"action":"read","collection":"articles","keys":[1],"query":{"fields":["body"]},"maxTokens":500,"textOffset":300}

## deep: a query for related rows
By field; _filter, _sort, _limit, _offset, _search. It chooses the related rows shown, not the items found.
> items {"action":"read","collection":"authors","query":{"fields":["name","articles.title"],"deep":{"articles":{"_filter":{"status":{"_eq":"published"}},"_sort":["-publish_date"],"_limit":2}},"limit":3}}
One language: {"translations":{"_filter":{"languages_code":{"_eq":"de-DE"}}}}.
alias shows a relation twice:
> items {"action":"read","collection":"articles","query":{"fields":["id","good.text","open.text"],"alias":{"good":"comments","open":"comments"},"deep":{"good":{"_filter":{"approved":{"_eq":true}}},"open":{"_filter":{"approved":{"_eq":false}}}},"limit":2}}

## Counting and summing
aggregate: count, countDistinct, sum, sumDistinct, avg, avgDistinct, min, max, each with a list of fields ("*" for count). Never read rows to count them.
> items {"action":"read","collection":"articles","query":{"aggregate":{"count":["*"],"countDistinct":["author"],"max":["publish_date"]},"filter":{"status":{"_eq":"published"}}}}
With a filter on to-many relations use countDistinct of the key: count may count related rows.
groupBy: fields or functions of dates, no relations; no fields beside it.
> items {"action":"read","collection":"articles","query":{"aggregate":{"count":["*"]},"groupBy":["author"],"sort":["-count"],"limit":3}}
> items {"action":"read","collection":"articles","query":{"aggregate":{"count":["*"]},"groupBy":["year(publish_date)","month(publish_date)"]}}

Functions work in fields and sort, too; count(comments) comes back as comments_count.
> items {"action":"read","collection":"articles","query":{"fields":["id","year(publish_date)","count(comments)"],"sort":["-count(comments)"],"limit":3}}
`;
