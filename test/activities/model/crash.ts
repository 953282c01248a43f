import { AsyncLocalStorage } from 'node:async_hooks';

/** Thrown right after a write, where a process would have died. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** After how many more writes the process dies; none are left once it has. */
export interface Plan {
  left: number;
}

const plans = new AsyncLocalStorage<Plan>();

/** Fail point of the store: dies after so many writes of whatever runs within `dyingBy`; what is dead goes on nowhere. */
export function dieHere(): void {
  const plan = plans.getStore();
  if (!plan) return;
  plan.left = Math.max(0, plan.left - 1);
  if (plan.left === 0) throw new Crash();
}

/** Does the work, and dies where the plan says; what the work writes is taken off the plan. */
export const dyingBy = <T>(plan: Plan, work: () => Promise<T>): Promise<T> => plans.run(plan, work);
