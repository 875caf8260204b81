/**
 * Wraps a value of JSON so that it notes what is looked at. A validator looks at every field that it knows, so those it never
 * looked at are misspelt or in the wrong place, which most validators of Kubernetes let pass.
 */
export function watchedReads<T>(value: T): { readonly watched: T; readonly unread: () => string[] } {
  const all = new Set<string>();
  const read = new Set<string>();
  const watch = (inner: unknown, path: string): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner;
    for (const key of Object.keys(inner)) all.add(`${path}/${key}`);
    const children = new Map<PropertyKey, unknown>();
    return new Proxy(inner, {
      get(target, key) {
        const child: unknown = Reflect.get(target, key);
        if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return child;
        read.add(`${path}/${key}`);
        if (!children.has(key)) children.set(key, watch(child, `${path}/${key}`));
        return children.get(key);
      },
    });
  };
  return { watched: watch(value, '') as T, unread: () => [...all].filter((path) => !read.has(path)) };
}
