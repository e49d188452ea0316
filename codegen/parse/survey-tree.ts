import { type Alias, type Document, isAlias, isScalar, type Node, visit } from "yaml";

/** What must be known of a whole document before parts of it are read. */
export interface TreeSurvey {
  /** What each alias stands for: the last node before it that has its anchor. */
  readonly targets: ReadonlyMap<Alias, Node>;
  /** Keys that stand in one mapping more than once. */
  readonly repeatedKeys: readonly { readonly first: Node; readonly again: Node }[];
}

/** One walk in the order of the file; the YAML library walks it once for every alias and every key. */
export function surveyTree(document: Document): TreeSurvey {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const repeatedKeys: { readonly first: Node; readonly again: Node }[] = [];
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor) anchors.set(node.anchor, node);
    },
    Map: (_key, map) => {
      if (map.anchor) anchors.set(map.anchor, map);
      const seen = new Map<unknown, Node>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const first = seen.get(key.value);
        if (first === undefined) seen.set(key.value, key);
        else repeatedKeys.push({ first, again: key });
      }
    },
  });
  return { targets, repeatedKeys };
}
