import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    propertyRuns: number;
  }
}

/** How many scenarios a property of a real object is tried with (`PROPERTY_RUNS`). */
export const propertyRuns = (): number => inject("propertyRuns");
