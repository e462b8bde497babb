/** The job that makes sessions final, or corrects them, whose time has come. */
export const FINALIZE = 'finalize sessions';
