// CouchDB's protocol on LevelDB: `node server.js FOLDER`. Says its port when it listens.
import express from "express";
import expressPouchdb from "express-pouchdb";
import PouchDB from "pouchdb";
import { join } from "node:path";

const folder = process.argv[2];
const Here = PouchDB.defaults({ prefix: folder + "/" });
const app = express();
app.use(
  "/",
  expressPouchdb(Here, {
    mode: "minimumForPouchDB",
    inMemoryConfig: true,
    logPath: join(folder, "log.txt"),
  }),
);
const listening = app.listen(0, "127.0.0.1", () => {
  console.log(listening.address().port);
});
