// Verifies a capture with svix: npm install svix.
const fs = require("node:fs");
const readline = require("node:readline");
const { Webhook } = require("svix");

const webhook = new Webhook(process.argv[3]);
let count = 0;
const lines = readline.createInterface({ input: fs.createReadStream(process.argv[2]) });
lines.on("line", (line) => {
  const { headBase64, bodyBase64 } = JSON.parse(line)._raw;
  const rows = Buffer.from(headBase64, "base64").toString().split("\r\n").slice(1, -2);
  const headers = Object.fromEntries(rows.map((row) => row.split(/: (.*)/s, 2)));
  webhook.verify(Buffer.from(bodyBase64, "base64").toString(), headers);
  count += 1;
});
lines.on("close", () => console.log(`${count} verified`));
