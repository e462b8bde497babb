/** A Jest reporter that prints nothing: it tells the test command how far the run is, and which file failed. */
export default class Progress {
  onTestResult(test, result, { numTotalTestSuites, numPassedTestSuites, numFailedTestSuites }) {
    const failed = result.numFailingTests > 0 || result.testExecError ? test.path : undefined;
    process.send?.({ done: numPassedTestSuites + numFailedTestSuites, of: numTotalTestSuites, failed });
  }
}
