-- JSON: headers of columns of the sheet that mean nothing to the import.
ALTER TABLE read.imports ADD COLUMN ignored text NOT NULL DEFAULT '[]';
