// Asks https://localhost:PORT/ once for each line "IDENTITY TLS", and prints what Node says.
import fs from "node:fs";
import https from "node:https";

const port = Number(process.argv[2]);
const ask = (identity, tls) =>
  new Promise((resolve) => {
    const options = { port, host: "localhost", ca: fs.readFileSync("ca.pem"), agent: false, timeout: 10000 };
    options.minVersion = options.maxVersion = `TLSv${tls}`;
    if (identity !== "-") options.cert = options.key = fs.readFileSync(`${identity}.pem`);
    const failed = (error) => {
      console.log(error);
      resolve();
    };
    try {
      const request = https.request(options, (answer) => {
        console.log(answer.statusCode, answer.statusMessage);
        answer.on("data", (data) => console.log(data.toString()));
        answer.on("end", resolve);
        answer.on("error", failed);
      });
      request.on("error", failed);
      request.end();
    } catch (error) {
      failed(error);
    }
  });
for (const line of fs.readFileSync(0, "utf8").trim().split("\n")) {
  console.log("=== case");
  await ask(...line.split(" "));
}
