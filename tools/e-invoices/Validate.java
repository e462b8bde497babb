import org.mustangproject.validator.ZUGFeRDValidator;

/** Validates the files that it is given, XML or PDF: the report of each that is not valid, and a line for each. */
public class Validate {
  public static void main(String[] files) {
    for (String file : files) {
      ZUGFeRDValidator validator = new ZUGFeRDValidator();
      String report = validator.validate(file);
      boolean valid = validator.wasCompletelyValid();
      if (!valid) System.out.println(report);
      System.out.println((valid ? "valid " : "invalid ") + file);
    }
  }
}
