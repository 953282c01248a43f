/**
 * How much the large tests play: a part that fits CI, or with `TEST_SIZE=whole` in the environment all that the
 * promises are made for (`npm run histories`, `npm run drain`).
 */
export const whole = process.env['TEST_SIZE'] === 'whole';
