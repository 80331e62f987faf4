import { describe, expect, it } from "vitest";
import {
  HEADER_EXCEPTIONS,
  headersFile,
  SECURITY_HEADERS,
} from "../../src/routes/middleware/security-headers.ts";

const policy = new Map(
  SECURITY_HEADERS["Content-Security-Policy"]?.split("; ").map((directive) => {
    const [name = "", ...sources] = directive.split(" ");
    return [name, sources.join(" ")];
  }),
);

describe("the pages' headers", () => {
  it("allows no source by default and no inline code [ASVS-3.2.2]", () => {
    expect(policy.get("default-src")).toBe("'none'");
    expect(SECURITY_HEADERS["Content-Security-Policy"]).not.toMatch(/unsafe|\*|data:|blob:/);
  });

  it.each(["script-src", "style-src", "connect-src"])(
    "allows only our own origin for %s [ASVS-3.6.1]",
    (directive) => {
      expect(policy.get(directive)).toBe("'self'");
    },
  );

  it("forbids framing and referrers [RFC9700-4.16]", () => {
    expect(policy.get("frame-ancestors")).toBe("'none'");
    expect(SECURITY_HEADERS).toMatchObject({
      "X-Frame-Options": "DENY",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    });
  });

  it("allows the camera and passkeys to the site's own pages only", () => {
    const permissions = SECURITY_HEADERS["Permissions-Policy"]?.split(", ") ?? [];
    expect(permissions).toContain("camera=(self)");
    expect(permissions).toContain("publickey-credentials-get=(self)");
    expect(permissions).toContain("microphone=()");
    expect(permissions.filter((permission) => permission.includes("*"))).toEqual([]);
  });

  it("lets every site import the SDK and nothing else [ASVS-3.4.2]", () => {
    const shared = Object.entries(HEADER_EXCEPTIONS).filter(
      ([, headers]) => "Access-Control-Allow-Origin" in headers,
    );
    expect(shared.map(([path]) => path)).toEqual(["/sdk.js"]);
    expect(HEADER_EXCEPTIONS["/sdk.js"]).toMatchObject({ "Access-Control-Allow-Origin": "*" });
  });
});

describe("the _headers file", () => {
  it("writes a rule for all paths and one for each exception, which detaches the header that it replaces", () => {
    const text = headersFile({ One: "1", Two: "2" }, { "/x.js": { Two: "zwei", Three: "3" } });
    expect(text).toBe(
      ["/*", "  One: 1", "  Two: 2", "", "/x.js", "  ! Two", "  Two: zwei", "  Three: 3", ""].join(
        "\n",
      ),
    );
  });
});
