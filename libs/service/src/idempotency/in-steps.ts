import { SetMetadata } from '@nestjs/common';

export const IN_STEPS = 'chargemesh:in-steps';
/**
 * Marks a POST that commits in steps, since it is too long for one transaction, and that does no harm when it is done
 * once more: its answer is kept after its last step, and who ends in between begins anew.
 */
export const InSteps = (): MethodDecorator => SetMetadata(IN_STEPS, true);
