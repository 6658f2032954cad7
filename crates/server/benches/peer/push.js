// Replicates documents: `node push.js URL FOLDER COUNT SALE BATCH`. Says how many seconds the replication took.
import PouchDB from "pouchdb";
import { readFileSync } from "node:fs";

const [url, folder, count, sale, batch] = process.argv.slice(2);
const facts = JSON.parse(readFileSync(sale, "utf8"));
const here = new PouchDB(folder + "/sales");
for (let first = 0; first < Number(count); first += 1000) {
  const docs = [];
  for (let n = first; n < Math.min(first + 1000, Number(count)); n += 1) {
    docs.push({ ...facts, _id: String(n).padStart(9, "0"), number: `T1-${n}` });
  }
  await here.bulkDocs(docs);
}
const began = performance.now();
const done = await here.replicate.to(url, { batch_size: Number(batch) });
const seconds = (performance.now() - began) / 1000;
if (!done.ok || done.docs_written !== Number(count)) {
  throw new Error(JSON.stringify(done));
}
console.log(seconds.toFixed(3));
