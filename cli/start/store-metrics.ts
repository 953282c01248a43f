import { Gauge, type Registry } from 'prom-client';
import type { Store } from '../../store';

/** Commands this process has sent to the database, and what lines left to the clock, for operators and the bench. */
export function addStoreMetrics(
  registry: Registry,
  { operations, counters }: Pick<Store, 'operations' | 'counters'>,
): void {
  const gauge = new Gauge({
    name: 'ringpost_store_commands',
    help: 'Commands sent to the database since the start of this process.',
    labelNames: ['kind', 'collection'],
    registers: [registry],
    collect() {
      for (const [collection, { reads, writes }] of Object.entries(operations.figures().byCollection)) {
        this.set({ kind: 'read', collection }, reads);
        this.set({ kind: 'write', collection }, writes);
      }
    },
  });
  gauge.reset();
  const moved = new Gauge({
    name: 'ringpost_line_entries_moved_by_clock',
    help: 'Enquiries in line that only the clock had to move, of the whole installation: 0 while no process was killed.',
    registers: [],
    async collect() {
      // While the database is away the other figures are told all the same.
      await counters.movedByClock().then(
        (count) => this.set(count),
        () => this.remove(),
      );
    },
  });
  registry.registerMetric(moved);
}
