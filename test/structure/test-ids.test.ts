import { describe, expect, it } from "vitest";
import { citedIds, readDocument, titleIds, unresolvedIds } from "./test-ids.ts";

const documents = ["docs/security.md", "test/conformance/README.md"].map(readDocument).join("\n");

describe("test ids", () => {
  it("uses each id in one test title", () => {
    const ids = titleIds();
    expect(ids.length).toBeGreaterThan(450);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it("cites each id of a title in a document", () => {
    const cited = new Set(citedIds(documents));
    expect(titleIds().filter((id) => !cited.has(id))).toEqual([]);
  });

  it("reports an id without a title", () => {
    expect(unresolvedIds("| 1 | [RFC0-1/2], [RFC6749-3.1.1] |")).toEqual(["RFC0-1/2"]);
  });
});
