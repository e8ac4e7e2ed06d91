"""Measuring: question sets, retrieval benchmarks in BEIR format, reports."""
