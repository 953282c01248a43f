import { freshStore } from '../support/fresh-store';
import { anOpening, aRecord, aState, later } from './enquiry-documents';

test('enquiries are found by number; the closed ones of a span come newest first', async () => {
  const own = await freshStore();
  for (const number of [1, 2, 3]) {
    await own.enquiries.create(anOpening(`e-${number}`, { number }));
    await own.enquiries.record(aRecord(`e-${number}`, number, { state: aState({ status: 'closed' }) }));
  }

  expect((await own.enquiries.byNumber(2))?._id).toBe('e-2');
  expect(await own.enquiries.byNumber(9)).toBeNull();
  expect((await own.enquiries.closedBetween(later(2), later(10))).map((one) => one._id)).toEqual(['e-3', 'e-2']);
  await own.close();
});

test('what closed is found days later without reading the others; what was reopened is not among it', async () => {
  const own = await freshStore();
  const DAY = 86_400_000;
  for (const day of [1, 2, 50, 51]) {
    const id = `e-day-${day}`;
    await own.enquiries.create(anOpening(id, { number: day }));
    const closed = aRecord(id, 1, { state: aState({ status: 'closed' }), now: later(day * DAY) });
    expect([await own.enquiries.record(closed), await own.enquiries.record(closed)]).toEqual(['recorded', 'stale']);
  }
  await own.enquiries.record(aRecord('e-day-50', 2, { now: later(52 * DAY) }));
  const closedAt = async (since: number, until: number, limit?: number) =>
    (await own.enquiries.closedBetween(later(since * DAY), later(until * DAY), limit)).map((one) => one._id);

  expect(await closedAt(0, 60)).toEqual(['e-day-51', 'e-day-2', 'e-day-1']);
  expect(await closedAt(0, 60, 2)).toEqual(['e-day-51', 'e-day-2']);
  expect(await closedAt(2, 51)).toEqual(['e-day-2']);
  expect((await own.enquiries.byNumber(50))?._id).toBe('e-day-50');
  await own.close();
});
