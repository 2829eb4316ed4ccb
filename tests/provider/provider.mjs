// A certified OpenID provider (npm oidc-provider) as a process of its own, for tests. Whoever types a name is let in
// under it. Each start makes new keys. `POST /spoil` tells which claims of the next ID token are to be wrong, or how it
// is signed; what it is told is in tests/provider_server.py.

import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;  // Node 18 lacks these
globalThis.CryptoKey ??= webcrypto.CryptoKey;
URL.parse ??= (text, base) => (URL.canParse(text, base) ? new URL(text, base) : null);
const { default: Provider } = await import("oidc-provider");
const { SignJWT, decodeJwt, exportJWK, generateKeyPair, importJWK } = await import("jose");

const { PORT, CLIENT, CLAIMS_IN = "userinfo", WITHOUT = "", SECRET_IN = "client_secret_basic" } = process.env;

async function key() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: webcrypto.randomUUID() };
}

const own = await key();
const strangers = await key();
const signatures = { strangers: { ...strangers, kid: own.kid }, unknown: strangers };
const people = new Map();  // login → claims that differ from the usual ones
let spoiled = null;

const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{ ...JSON.parse(CLIENT), token_endpoint_auth_method: SECRET_IN }],
  clientAuthMethods: [SECRET_IN],
  jwks: { keys: [own] },
  cookies: { keys: [webcrypto.randomUUID()] },
  claims: { openid: ["sub"], profile: ["preferred_username", "staff_number"], email: ["email", "email_verified"] },
  conformIdTokenClaims: CLAIMS_IN === "userinfo",
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: WITHOUT !== "logout",
      logoutSource: (ctx, form) => {
        ctx.body = `<!DOCTYPE html><title>Sign out</title>${form}<button form="op.logoutForm" name="logout" value="yes">Out</button>`;
      },
    },
  },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, email: `${id}@school.example`, email_verified: true, ...people.get(id) }),
  }),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (ctx) => {
    const { session, client } = ctx.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

async function body(ctx) {
  const parts = [];
  for await (const part of ctx.req) parts.push(part);
  return Buffer.concat(parts).toString();
}

provider.use(async (ctx, next) => {
  if (ctx.path === "/spoil") {
    spoiled = JSON.parse(await body(ctx));
    ctx.body = "";
  } else if (ctx.path === "/person") {
    const { login, ...claims } = JSON.parse(await body(ctx));
    people.set(login, claims);
    ctx.body = "";
  } else if (ctx.path.startsWith("/interaction/") && ctx.method === "GET") {
    ctx.type = "html";
    ctx.body =
      '<!DOCTYPE html><html lang="en"><title>Provider</title><form method="post"><label>Name <input name="login"></label>' +
      '<button name="do" value="in">Let me in</button><button name="do" value="not">Cancel</button></form></html>';
  } else if (ctx.path.startsWith("/interaction/")) {
    const typed = new URLSearchParams(await body(ctx));
    const result =
      typed.get("do") === "not"
        ? { error: "access_denied", error_description: "<b>cancelled</b>" }
        : { login: { accountId: typed.get("login") } };
    await provider.interactionFinished(ctx.req, ctx.res, result);
    ctx.respond = false;
  } else {
    await next();
    if (ctx.path === "/token" && ctx.body?.id_token && spoiled) ctx.body = { ...ctx.body, ...(await spoil(ctx.body.id_token)) };
  }
});

async function spoil(token) {
  const { signed, missing, ...claims } = spoiled;
  spoiled = null;
  if (missing) return { id_token: undefined };
  const payload = { ...decodeJwt(token), ...claims };
  if (signed === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return { id_token: `${part({ alg: "none" })}.${part(payload)}.` };
  }
  const { alg, ...with_ } = signatures[signed] ?? own;
  return { id_token: await new SignJWT(payload).setProtectedHeader({ alg, kid: with_.kid }).sign(await importJWK(with_, alg)) };
}

provider.listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
