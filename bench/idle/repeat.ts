/** Runs something `count` times, one after the other. */
export async function repeat<Value>(count: number, work: () => Promise<Value>): Promise<Value[]> {
  const values: Value[] = [];
  while (values.length < count) values.push(await work());
  return values;
}
