/** Where an agent's document keeps what belongs to an enquiry; ids with other characters could name another field. */
function pathOf(part: 'slots' | 'offers' | 'wrapUps', enquiryId: string): string {
  if (!/^[\w-]+$/.test(enquiryId)) throw new TypeError(`${enquiryId} is no enquiry id`);
  return `${part}.${enquiryId}`;
}

/** Field of the slot an enquiry takes. */
export const slotOf = (enquiryId: string): string => pathOf('slots', enquiryId);

/** Field of the offer an enquiry makes. */
export const offerOf = (enquiryId: string): string => pathOf('offers', enquiryId);

/** Field of the wrap-up after an enquiry. */
export const wrapUpOf = (enquiryId: string): string => pathOf('wrapUps', enquiryId);
