import { revisionFor } from '../../flows';
import { shareOf } from '../../flows/share';

const ids = Array.from({ length: 10_000 }, (_, index) => `e-${index}`);

describe('a canary', () => {
  it.each([1, 10, 50, 99])('of %i %% is begun by that share of enquiries, always the same ones', (percent) => {
    const live = { revision: 3, canary: { revision: 4, percent } };
    const chosen = ids.filter((id) => revisionFor(live, id) === 4);
    expect(Math.abs(chosen.length / 100 - percent)).toBeLessThan(1.5);
    expect(ids.filter((id) => revisionFor(live, id) === 4)).toEqual(chosen);
  });

  it('that is widened keeps the enquiries it had', () => {
    const share = (percent: number): Set<string> =>
      new Set(ids.filter((id) => revisionFor({ revision: 3, canary: { revision: 4, percent } }, id) === 4));
    const [ten, thirty] = [share(10), share(30)];
    expect([...ten].every((id) => thirty.has(id))).toBe(true);
  });

  it('takes its share of each destination of a percentage route', () => {
    const first = ids.filter((id) => shareOf(`${id}/route`) < 50);
    const chosen = first.filter((id) => revisionFor({ revision: 3, canary: { revision: 4, percent: 10 } }, id) === 4);
    expect(Math.abs(chosen.length / first.length - 0.1)).toBeLessThan(0.02);
  });

  it.each([undefined, null])('that is not there (%s) takes none', (canary) => {
    expect(
      ids.every((id) => revisionFor(canary === undefined ? { revision: 3 } : { revision: 3, canary }, id) === 3),
    ).toBe(true);
  });
});
