import type { ShadowRun } from '../store/shadow-runs';
import { list, named, nullable, object, text, whole, type TypeOf } from './http/schema';

const shownOfEach = 20;

/** What a shadow would have done otherwise. */
export const shadowShape = named(
  'ShadowReport',
  object({
    shadow: whole({ description: 'The revision that is played beside.' }),
    played: whole({ description: 'Enquiries that were played, at most the newest 1,000.' }),
    same: whole(),
    different: whole(),
    running: whole({ description: 'Of those played: still open, compared as far as they have come.' }),
    unplayable: whole({ description: 'Enquiries that could not be played as they went.' }),
    nodes: list(
      object({
        node: nullable(text({ description: 'Where the two part; null: they begin at other nodes.' })),
        enquiries: whole(),
        differences: list(
          object({
            what: text({ description: 'path, group, tags, mails, priority, ending, loops, parks or unanswered.' }),
            live: text(),
            shadow: text(),
            enquiries: whole(),
            numbers: list(whole({ description: 'Some of them.' })),
          }),
        ),
      }),
    ),
    assumed: list(object({ what: text(), enquiries: whole() })),
    problems: list(object({ problem: text(), enquiries: whole() })),
  }),
);

/** Adds up what was found, by the node where the two part, most first. */
export const shadowReport = (shadow: number, runs: readonly ShadowRun[]): TypeOf<typeof shadowShape> => {
  const looked = runs.filter(({ seq }) => seq > 0);
  const played = looked.filter(({ problem }) => problem === null);
  const different = played.filter(({ differences }) => differences.length > 0);
  const nodes = groups(different, ({ node }) => node).map(([node, its]) => ({
    node,
    enquiries: its.length,
    differences: groups(
      its.flatMap(({ number, differences }) => differences.map((each) => ({ ...each, number }))),
      ({ what, live, draft }) => JSON.stringify([what, live, draft]),
    ).flatMap(([, same]) => {
      const [first] = same;
      if (!first) return [];
      const { what, live, draft } = first;
      const numbers = same.slice(0, shownOfEach).map(({ number }) => number);
      return [{ what, live, shadow: draft, enquiries: same.length, numbers }];
    }),
  }));
  return {
    shadow,
    played: played.length,
    same: played.length - different.length,
    different: different.length,
    running: played.filter(({ finished }) => !finished).length,
    unplayable: looked.length - played.length,
    nodes,
    assumed: groups(
      played.flatMap(({ assumed }) => assumed),
      (what) => what,
    ).map(([what, its]) => ({ what, enquiries: its.length })),
    problems: groups(
      looked.flatMap(({ problem }) => problem ?? []),
      (problem) => problem,
    ).map(([problem, its]) => ({ problem, enquiries: its.length })),
  };
};

/** Things of the same key together, the largest group first. */
function groups<Thing, Key>(things: readonly Thing[], keyOf: (thing: Thing) => Key): [Key, Thing[]][] {
  const found = new Map<Key, Thing[]>();
  for (const thing of things) found.set(keyOf(thing), [...(found.get(keyOf(thing)) ?? []), thing]);
  return [...found].toSorted(([, a], [, b]) => b.length - a.length);
}
