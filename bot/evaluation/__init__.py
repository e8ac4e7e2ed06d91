"""Measuring: question sets, retrieval benchmarks in BEIR format, reports, fitting of the weights, and what each piece of evidence adds."""
