/**
 * A certified OpenID Connect provider on loopback: `node server.mjs PORT FOLDER ORIGIN...`, where the folder has the
 * installed packages, and the origins are of the desks.
 *
 * Whoever signs in is who they say they are, with any password; PEOPLE tells what is known of them. A POST to /rotate
 * makes new signing keys, and the old ones are gone.
 */

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [port, modules, ...origins] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(createRequire(`${modules}/`).resolve("oidc-provider")).href);
const issuer = `http://127.0.0.1:${port}`;

const PEOPLE = {
  dana: { preferred_username: "dana", groups: ["staff", "support"] },
  lee: { preferred_username: "lee", groups: ["leads"] },
  stranger: { preferred_username: "stranger", groups: ["visitors"] },
  impostor: { preferred_username: "admin", groups: ["support"] },
};

const addresses = {
  redirect_uris: origins.map((origin) => `${origin}/v1/session/callback`),
  post_logout_redirect_uris: origins.map((origin) => `${origin}/signin.html`),
};

const configuration = {
  clients: [
    { client_id: "desk", client_secret: "a+secret/with%odd:letters&30 of them", ...addresses },
    { client_id: "desk-public", token_endpoint_auth_method: "none", ...addresses },
  ],
  claims: { openid: ["sub", "groups"], profile: ["preferred_username"], email: ["email", "email_verified"] },
  cookies: { keys: [randomUUID()] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
};

let answer = opened();

function opened() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomUUID() };
  return new Provider(issuer, { ...configuration, jwks: { keys: [key] } }).callback();
}

createServer((request, response) => {
  if (request.method !== "POST" || request.url !== "/rotate") return answer(request, response);
  answer = opened();
  response.writeHead(204).end();
}).listen(Number(port), "127.0.0.1");
