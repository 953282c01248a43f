import type { Answer } from './colleague';
import type { DemoDesk } from './demo-desk';
import { startDeskOnOwnServers } from './desk-on-own-servers';
import { found } from './found';

/** A demo desk whose Ringpost may be killed; its servers live on. */
export interface DyingDesk {
  readonly desk: DemoDesk;
  /** Starts it so that it dies at the first such write, has something done, and waits for its death. */
  dieAt(point: string, act: () => Promise<unknown>, environment?: Record<string, string>): Promise<void>;
  /** Starts it again whole; settings are for this life only. */
  startAgain(environment?: Record<string, string>): Promise<void>;
  /** Asks, dies at the first such write, starts again whole and asks the same again, until it is done or refused. */
  askedTwice<B>(point: string, ask: () => Promise<Answer<B>>, environment?: Record<string, string>): Promise<Answer<B>>;
  end(): Promise<void>;
}

/** Starts a Ringpost on servers of its own. */
export async function startDyingDesk(): Promise<DyingDesk> {
  const { desk, end } = await startDeskOnOwnServers();
  const { product } = desk;
  const dieAt: DyingDesk['dieAt'] = async (point, act, environment = {}) => {
    await product.kill();
    await product.start({ ...environment, RINGPOST_FAIL_AT: point }).catch((failure: unknown) => {
      // What an earlier death left undone is gone on with at the start, and may hit the same write.
      if (product.ending() !== 'SIGKILL') throw failure;
    });
    await act();
    await found(`the death at ${point}`, () => product.ending(), 60_000);
    expect(product.ending()).toBe('SIGKILL');
  };
  const startAgain: DyingDesk['startAgain'] = async (environment) => {
    await product.kill();
    await product.start(environment);
  };
  return {
    desk,
    dieAt,
    startAgain,
    async askedTwice(point, ask, environment) {
      await dieAt(point, () => ask().catch(() => null), environment);
      await startAgain(environment);
      return found('the repeated request to be done', async () => {
        const answer = await ask();
        return answer.status === 202 ? null : answer;
      });
    },
    end,
  };
}
