declare module "vitest" {
  interface ProvidedContext {
    /** How many scenarios a property of a real object is tried with (`PROPERTY_RUNS`). */
    propertyRuns: number;
  }
}

export {};
