//! Tests of the project as a whole: each file beside this one is a test of its own. There is no library here.
