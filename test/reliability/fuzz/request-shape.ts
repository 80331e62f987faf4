/** The parts of a request, which can be mutated separately. */
export interface RequestShape {
  method: string;
  /** Without the query. */
  path: string;
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  body: BodyShape;
}

export type BodyShape =
  | { kind: "none" }
  | { kind: "json"; value: unknown }
  | { kind: "form"; fields: [name: string, value: string][] }
  | { kind: "text"; text: string }
  | { kind: "bytes"; bytes: Uint8Array<ArrayBuffer> };

export async function shapeOf(request: Request): Promise<RequestShape> {
  const { pathname, searchParams } = new URL(request.url);
  return {
    method: request.method,
    path: pathname,
    query: [...searchParams],
    headers: [...request.headers],
    // The runtime warns of a body that is read as text where its type doesn't say so.
    body: bodyOf(
      request.headers.get("Content-Type") ?? "",
      new TextDecoder().decode(await request.clone().arrayBuffer()),
    ),
  };
}

function bodyOf(type: string, text: string): BodyShape {
  if (text === "") return { kind: "none" };
  if (type.startsWith("application/json")) return { kind: "json", value: JSON.parse(text) };
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return { kind: "form", fields: [...new URLSearchParams(text)] };
  }
  return { kind: "text", text };
}

/** The request of a shape; undefined where the runtime itself can't make it, as with a header of two lines. */
export function requestOf(shape: RequestShape, origin: string): Request | undefined {
  const { method, path, query, headers, body } = shape;
  try {
    const search = query
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join("&");
    return new Request(`${origin}${path}${search === "" ? "" : `?${search}`}`, {
      method,
      headers,
      redirect: "manual",
      ...(method === "GET" || method === "HEAD" ? {} : contentOf(body)),
    });
  } catch {
    return undefined;
  }
}

function contentOf(body: BodyShape): { body?: string | Uint8Array<ArrayBuffer> } {
  switch (body.kind) {
    case "none":
      return {};
    case "json":
      return { body: JSON.stringify(body.value) ?? "" };
    case "form":
      return { body: new URLSearchParams(body.fields).toString() };
    case "text":
      return { body: body.text };
    case "bytes":
      return { body: body.bytes };
  }
}

/** The request as it can be sent again from a shell, for the report of a flaw. */
export function describeRequest(shape: RequestShape): string {
  const { method, path, query, headers, body } = shape;
  const search = new URLSearchParams(query).toString();
  const content = contentOf(body).body;
  const text =
    content instanceof Uint8Array ? `bytes ${content.toHex().slice(0, 2000)}` : (content ?? "");
  return [
    `${method} ${path}${search === "" ? "" : `?${search}`}`,
    ...headers.map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    ...(text === "" ? [] : ["", text.length > 3000 ? `${text.slice(0, 3000)}…` : text]),
  ].join("\n");
}
