export const filters = `# Filters

query.filter is {"field":{operator:value}}. All conditions of an object must hold.
> items {"action":"read","collection":"articles","query":{"filter":{"status":{"_eq":"published"},"featured":{"_eq":true}},"fields":["id","title"]}}

Operators, with the opposite after /:
- any value: _eq/_neq, _in/_nin [list], _null/_nnull true (never {"_eq":null}), _empty/_nempty true (null or "")
- numbers, dates: _lt, _lte, _gt, _gte, _between/_nbetween [from,to]
- text: _contains/_ncontains, _starts_with/_nstarts_with, _ends_with/_nends_with; whatever the case: _ieq/_nieq, _icontains/_nicontains, _istarts_with/_nistarts_with, _iends_with/_niends_with
- maps: _intersects/_nintersects, _intersects_bbox/_nintersects_bbox (GeoJSON)
_regex is for validation only.

## Groups
_and and _or take lists of filters, at any depth.
> items {"action":"read","collection":"articles","query":{"filter":{"_or":[{"title":{"_icontains":"harbour"}},{"_and":[{"status":{"_eq":"draft"}},{"image":{"_null":true}}]}]},"fields":["id","title"]}}

## Relations
To one (m2o, file): go on with fields of the other collection.
> items {"action":"read","collection":"articles","query":{"filter":{"author":{"name":{"_starts_with":"M"}}},"fields":["id","author.name"]}}
To many (o2m): _some (at least one) or _none of the related rows. None at all: {"comments":{"_none":{"id":{"_nnull":true}}}}.
> items {"action":"read","collection":"articles","query":{"filter":{"comments":{"_some":{"approved":{"_eq":false}}}},"fields":["id","title"]}}
m2m, translations: through the field of the junction that schema names ("m2m tags via articles_tags(articles_id,tags_id)").
> items {"action":"read","collection":"articles","query":{"filter":{"tags":{"_none":{"tags_id":{"name":{"_eq":"harbour"}}}}},"fields":["id","tags.tags_id.name"]}}
m2a: item:collection.
> items {"action":"read","collection":"articles","query":{"filter":{"blocks":{"_some":{"item:block_quote":{"speaker":{"_contains":"Mayor"}}}}},"fields":["id"]}}

## Functions, in place of a field
year, month, week, day, weekday, hour, minute, second of a date; count of a to-many or JSON field.
> items {"action":"read","collection":"articles","query":{"filter":{"year(publish_date)":{"_gte":2026},"count(comments)":{"_gt":1}},"fields":["id"]}}

## Values Directus fills in
$NOW, $NOW(-7 days), $NOW(+1 month), $CURRENT_USER, $CURRENT_ROLE, $CURRENT_ROLES, $CURRENT_POLICIES.
> items {"action":"read","collection":"articles","query":{"filter":{"date_created":{"_gt":"$NOW(-5 years)"},"user_created":{"_eq":"$CURRENT_USER"}},"fields":["id"]}}
`;
