export const files = `# Files

## Find and look
A file has title, description, type, filesize, width, height, folder, tags, filename_download, uploaded_on, uploaded_by.
> files {"action":"read","query":{"filter":{"type":{"_starts_with":"image/"},"folder":{"name":{"_eq":"Portraits"}}},"fields":["id","title","width","height"],"sort":["-filesize"]}}
> files {"action":"read","query":{"search":"harbour","fields":["id","title","tags"]}}
assets shows an image, plays a sound, and gives PDFs and text files as text (textOffset reads on):
> assets {"id":"b72fe75c-c72a-4445-80c7-b66c24444d3b"}
> assets {"id":"c0ada229-22ae-49b4-8207-3db95bcc428c"}
Where a file is used: read the collections with a file field for it.
> items {"action":"read","collection":"articles","query":{"filter":{"image":{"_eq":"b72fe75c-c72a-4445-80c7-b66c24444d3b"}},"fields":["id","title"]}}

## Bring in
Up to 10 at once, each from one of url (public), text, base64 (or a data URI), path (only below folders the settings allow). folder is an id or a name. link puts the file into an item at once: its file field, or one more in a list of files.
> files {"action":"upload","data":[{"text":"title,copies\\nHarbour,1200\\n","filename":"sales.csv","title":"Sales in May","folder":"Documents","tags":["sales"]}]}
> files {"action":"upload","data":[{"base64":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==","filename":"dot.png","title":"A dot","link":{"collection":"articles","key":2,"field":"image"}}]}
With a url the file is fetched by Directus itself: {"url":"https://...","title":"..."}. link without key is for singletons.

## Put into items
A file field takes the id, null empties it. A list of files takes rows of its junction, as schema names it: {"create":[{"directus_files_id":"<id>"}],"update":[],"delete":[]}.

## Order
> folders {"action":"create","data":{"name":"Old photos"}}
> files {"action":"update","keys":["b72fe75c-c72a-4445-80c7-b66c24444d3b"],"data":{"title":"Crane 4 at sunset","tags":["harbour","crane"]}}
Move a file with folder (an id; null is the root), a folder with parent. Only empty folders can be deleted.
> folders {"action":"read","query":{"fields":["id","name","parent"]}}
> files {"action":"delete","keys":["b72fe75c-c72a-4445-80c7-b66c24444d3b"],"dryRun":true}
Deleting removes the bytes for good, and empties the fields that hold the file. storage, filename_disk and filesize are not to be set.

Address of a file: /assets/<id>; images with ?width=800&height=600&fit=cover&format=webp.
`;
