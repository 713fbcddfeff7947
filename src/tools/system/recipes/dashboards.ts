export const dashboards = `# Dashboards

A dashboard with its panels is made in one call. Studio shows it under Insights. Only what a person may read is counted for them.
> dashboards {"action":"create","data":{"name":"Newsroom","note":"For the Monday meeting","icon":"newspaper","panels":[{"type":"metric","name":"Published","options":{"collection":"articles","function":"count","field":"id","filter":{"status":{"_eq":"published"}}}},{"type":"time-series","name":"Stories a week","options":{"collection":"articles","function":"count","dateField":"publish_date","valueField":"id","precision":"week","range":"3 months"}},{"type":"bar-chart","name":"By author","options":{"collection":"articles","xAxis":"author","yAxis":"id","function":"count"}}]}}

## Panels: what they need, and what else they take
functions: count, countDistinct, sum, sumDistinct, avg, avgDistinct, min, max. Every panel takes collection and filter (topic filters).
- label: text; color, textAlign
- metric: function, field; prefix, suffix, numberStyle (decimal, currency, percent), minimumFractionDigits; functions first and last with sortField
- metric-list: groupByField, aggregateField, aggregateFunction; limit, sortDirection
- list: limit, sortField, sortDirection, displayTemplate, linkToItem
- time-series: function, dateField, valueField; precision (hour to year), range
- bar-chart: xAxis, yAxis, function; horizontal
- line-chart: xAxis, yAxis, aggregation; grouping, datePrecision
- pie-chart: column; function, donut
- meter: field, fn, max
- variable: field, type, inter (an interface); relational-variable: field, collection. Other panels use it in their filters as {{ field }}.

## Look and change
> dashboards {"action":"read"}
> dashboards {"action":"read","key":"Newsroom"}
The key of a panel is the id that read shows. options are replaced as a whole. In an update, panels with an id are changed, others added:
> dashboards {"action":"update","key":"Newsroom","data":{"note":"For every meeting","panels":[{"type":"list","name":"Latest","options":{"collection":"articles","sortField":"publish_date","sortDirection":"desc","limit":5,"displayTemplate":"{{ title }} {{ status }}","filter":{"status":{"_eq":"published"}}}}]}}
Panels find their place by themselves; position_x, position_y, width and height (cells; 48 across) set it.
> dashboards {"action":"delete","key":"Newsroom","dryRun":true}

A number that is wanted once needs no dashboard: aggregate in items (topic queries).
`;
