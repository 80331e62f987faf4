import { DurableObject } from "cloudflare:workers";

/**
 * The minimum: a Durable Object that only makes the writes that every login needs. No client, no
 * secret, no proof, no token; everybody who knows the id can do anything.
 */
interface Bindings {
  LOGINS: DurableObjectNamespace<Login>;
}

const TTL = 60_000;

export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const [, id, verb] = new URL(request.url).pathname.split("/");
    if (!id) {
      const login = env.LOGINS.get(env.LOGINS.newUniqueId());
      await login.create();
      return Response.json({ id: login.id.toString() }, { status: 201 });
    }
    const login = env.LOGINS.get(env.LOGINS.idFromString(id));
    switch (verb) {
      case "socket":
        return login.fetch(request);
      case "scan":
        return Response.json(await login.scan());
      case "approve":
        return Response.json(await login.approve());
      case "redeem":
        return Response.json(await login.redeem());
      default:
        return new Response(null, { status: 404 });
    }
  },
};

export class Login extends DurableObject<Bindings> {
  async create(): Promise<void> {
    this.ctx.storage.kv.put("login", { status: "pending" });
    await this.ctx.storage.setAlarm(Date.now() + TTL);
  }

  override fetch(): Response {
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.ctx.acceptWebSocket(ours);
    ours.send(this.#status());
    return new Response(null, { status: 101, webSocket: theirs });
  }

  scan(): { status: string } {
    return this.#become("scanned");
  }

  approve(): { status: string } {
    const status = this.#become("approved");
    for (const socket of this.ctx.getWebSockets()) socket.send(this.#status());
    return status;
  }

  async redeem(): Promise<{ status: string }> {
    const status = this.#become("redeemed");
    for (const socket of this.ctx.getWebSockets()) socket.close(1000);
    await this.ctx.storage.deleteAll();
    return status;
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #become(status: string): { status: string } {
    if (this.ctx.storage.kv.get("login") === undefined) throw new Error("no login");
    this.ctx.storage.kv.put("login", { status });
    return { status };
  }

  #status(): string {
    return JSON.stringify({
      id: this.ctx.id.toString(),
      ...this.ctx.storage.kv.get<object>("login"),
    });
  }
}
