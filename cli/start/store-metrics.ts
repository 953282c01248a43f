import { Gauge, type Registry } from 'prom-client';
import type { Store } from '../../store';

/** Commands this process has sent to the database, by kind and collection, for operators and the bench. */
export function addStoreMetrics(registry: Registry, { operations }: Pick<Store, 'operations'>): void {
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
}
