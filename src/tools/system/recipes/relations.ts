export const relations = `# Relations

One call makes a relation with all it needs (fields, junction, both ends), or nothing.
To one; related_field lists them there:
> relations {"action":"create","collection":"articles","field":"editor","kind":"m2o","related":["authors"],"data":{"related_field":"edited"}}
To many that each belong to one; related_field is their field:
> relations {"action":"create","collection":"authors","field":"columns","kind":"o2m","related":["articles"],"data":{"related_field":"columnist"}}
Many to many; to many of several collections:
> relations {"action":"create","collection":"authors","field":"topics","kind":"m2m","related":["tags"],"data":{"sort_field":"sort"}}
> relations {"action":"create","collection":"authors","field":"works","kind":"m2a","related":["articles","block_quote"]}
A list of files (one: kind file); texts in several languages, which become fields of the junction:
> relations {"action":"create","collection":"authors","field":"gallery","kind":"files"}
> relations {"action":"create","collection":"categories","field":"translations","kind":"translations","related":["languages"]}
> fields {"action":"create","collection":"categories_translations","data":{"field":"name","type":"string"}}
data also takes junction and junction_fields (names), on_delete (CASCADE, SET NULL, RESTRICT), required, note, meta. New fields and collections take the same entries:
> collections {"action":"create","data":{"collection":"podcasts","schema":{},"fields":[{"field":"title","type":"string"},{"field":"guests","kind":"m2m","related":"authors"}]}}
The receipt and schema name the junction: authors_tags(authors_id,tags_id).

## Writing through relations
To one: a key, null, or an object that becomes a new row. To many: {"create":[],"update":[],"delete":[]}; a bare list replaces all there is. Rows of m2m and m2a are those of the junction:
> items {"action":"create","collection":"articles","data":{"title":"The night market","author":1,"category":{"name":"Food"},"tags":{"create":[{"tags_id":2},{"tags_id":{"name":"markets"}}]},"blocks":{"create":[{"collection":"block_quote","item":{"quote":"Come hungry."}}]}}}
> items {"action":"update","collection":"articles","keys":[2],"data":{"comments":{"create":[{"name":"Ola","text":"Well put."}]}}}
Ids for update and delete are those of the related or junction rows: read them first. What is taken out of a list is unlinked, or deleted where the relation's meta.one_deselect_action is delete.

## Change and delete
> relations {"action":"update","collection":"articles","field":"editor","data":{"schema":{"on_delete":"RESTRICT"}}}
> fields {"action":"delete","collection":"authors","field":"works","dryRun":true}
relations delete only cuts the tie; the field stays. Over existing fields: create without kind, data {"related_collection","meta"}.
`;
