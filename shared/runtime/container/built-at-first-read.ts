/** What builds each part of a group, out of the whole that the part belongs to. */
export type Builders<Parts, Whole = Parts> = { readonly [Name in keyof Parts]: (whole: Whole) => Parts[Name] };

/** Calls `build` once, at the first call; what throws is tried again. */
export function once<T>(build: () => T): () => T {
  let built: { value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

/** The parts that these builders make, each built when it is first read, after those that it reads itself. */
export function builtAtFirstRead<Whole extends object>(builders: Builders<Whole>): Whole {
  const whole = begin<Whole>();
  for (const name in builders) {
    const get = once(() => builders[name](whole));
    Object.defineProperty(whole, name, { enumerable: true, get });
  }
  return whole;
}

/** The same with other parts in the place of some. Unlike a spread it builds nothing. */
export function withParts<Whole extends object>(whole: Whole, parts: Partial<Whole>): Whole {
  return Object.defineProperties(begin<Whole>(), {
    ...Object.getOwnPropertyDescriptors(whole),
    ...Object.getOwnPropertyDescriptors(parts),
  });
}

/** Empty; whoever asks for it gives it all its parts before anybody else sees it. */
function begin<Whole extends object>(): Whole {
  return {} as Whole;
}
